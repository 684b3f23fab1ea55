//! The rules, one file each. The build script lists the files; there is no other registry.

use std::cmp::Reverse;

use crate::rule::{Registered, carried};

include!(concat!(env!("OUT_DIR"), "/rule_table.rs"));

/// The rule with this name.
pub fn find(name: &str) -> Option<&'static Registered> {
    RULES.iter().find(|registered| registered.rule.meta().name == name)
}

/// The rules that find what makes the service, or a browser, say this; the likeliest first.
pub fn by_error(error: &str) -> Vec<&'static Registered> {
    let carries = |rule: &Registered| rule.rule.messages().iter().filter_map(|message| carried(message, error)).max();
    let mut found: Vec<_> = RULES.iter().filter_map(|rule| Some((carries(rule)?, rule))).collect();
    found.sort_by_key(|(carried, _)| Reverse(*carried));
    // A message that only begins alike is another one.
    let best = found.first().map_or(0, |(carried, _)| *carried);
    found.retain(|(carried, _)| *carried * 3 >= best * 2);
    found.into_iter().map(|(_, rule)| rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(error: &str) -> Vec<&'static str> {
        by_error(error).iter().map(|rule| rule.rule.meta().name).collect()
    }

    #[test]
    fn an_error_names_its_rules() {
        assert_eq!(names("Invalid mapping expression specified: *"), ["unquoted-static-value"]);
        let frame = "Resource handler returned message: \"Invalid mapping expression specified: Validation Result: warnings : [], errors : [No method response exists for method.] (Service: ApiGateway, Status Code: 400)\"";
        assert_eq!(names(frame), ["missing-method-response"]);
        assert_eq!(
            names("Invalid mapping expression specified: method.request.header.Origin"),
            ["illegal-mapping-source", "unquoted-static-value"]
        );
        let log =
            "Execution failed due to configuration error: statusCode should be an integer which defined in request template";
        assert_eq!(names(log), ["mock-without-status-code"]);
        let browser = "Access to fetch at 'https://a' from origin 'https://b' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.";
        assert_eq!(names(browser), ["missing-preflight", "protected-preflight"]);
        assert!(names("AccessDenied").is_empty());
        assert!(names("").is_empty());
    }
}
