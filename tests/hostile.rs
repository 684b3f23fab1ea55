//! Texts made to waste time or to confuse: each ends, whatever else is said of it.
//!
//! No time is asserted. With a cost that grows with the square of its size, or faster, a case does not end while
//! anyone waits.

use std::fmt::Write as _;

use cfn_igr::edit::Applicability;
use cfn_igr::{Checked, Options, Source, check, fix};

fn checked(text: &str) -> Checked {
    check(&Source::new("t", text), &Options::default())
}

fn repaired(text: &str) -> cfn_igr::Fixed {
    fix(&Source::new("t", text), &Options::default(), Applicability::Unsafe)
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn method(name: &str, value: &str) -> String {
    format!(
        "  {name}:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      Integration:\n        Type: HTTP\n        IntegrationResponses:\n          - StatusCode: '200'\n            ResponseParameters:\n              method.response.header.X: {value}\n"
    )
}

#[test]
fn every_finding_in_a_file_with_anchors_has_its_fix() {
    let text = format!("Metadata: &x 1\nResources:\n{}", lines(12_000, |at| method(&format!("M{at}"), "'*'")));
    assert!(checked(&text).findings.iter().filter(|finding| finding.fix.is_some()).count() >= 12_000);
}

#[test]
fn fixes_that_clash_are_told_apart() {
    let mut text = method("M", "'*'");
    for at in 0..400 {
        let header = if at % 2 == 0 { "X" } else { "Y Z" };
        let _ = writeln!(
            text,
            "          - {{StatusCode: '{}', SelectionPattern: x{at}, ResponseParameters: {{method.response.header.{header}{at}: '*'}}}}",
            200 + at % 300,
        );
    }
    let fixed = repaired(&format!("Resources:\n{text}"));
    assert!(fixed.applied.len() > 300, "{}", fixed.applied.len());
}

#[test]
fn one_line_of_json_has_many_fixes() {
    let method = |at: usize| {
        format!(
            r#""M{at}":{{"Type":"AWS::ApiGateway::Method","Properties":{{"HttpMethod":"GET","Integration":{{"Type":"HTTP","IntegrationResponses":[{{"StatusCode":"200"}}]}}}}}},"#
        )
    };
    let text = format!(r#"{{"Resources":{{{}"Last":{{"Type":"AWS::S3::Bucket"}}}}}}"#, lines(12_000, method));
    assert!(repaired(&text).applied.len() >= 12_000);
}

#[test]
fn large_mappings_are_searched_and_pointed_into() {
    let double = "  a: 1\n".repeat(200_000);
    let text = format!("Resources:\n{}Metadata:\n{double}", method("M", "\"'x'\""));
    assert!(checked(&text).findings.len() >= 199_999);
    let entries = lines(20_000, |at| format!("      v{at}: '*'\n"));
    let uses = lines(1_500, |at| method(&format!("M{at}"), &format!("!FindInMap [M, k, v{at}]")));
    checked(&format!("Mappings:\n  M:\n    k:\n{entries}Resources:\n{uses}"));
}

#[test]
fn merge_keys_and_aliases_do_not_multiply() {
    let merges = "  <<: *x\n".repeat(150_000);
    checked(&format!("Metadata: &x {{a: 1}}\nResources:\n{}{merges}", method("M", "'*'")));
    let (anchors, aliases) =
        (lines(250_000, |at| format!("  a{at}: &a{at} x\n")), lines(250_000, |at| format!("  b{at}: *a{at}\n")));
    checked(&format!("Metadata:\n{anchors}{aliases}Resources:\n{}", method("M", "'*'")));
}

#[test]
fn responses_without_end_count_as_unknown() {
    let items =
        "          - {StatusCode: '200', SelectionPattern: x, ResponseParameters: {method.response.header.X: '*'}}\n";
    checked(&format!("Resources:\n{}{}", method("M", "'*'"), items.repeat(8_000)));
}

#[test]
fn questions_about_conditions_end() {
    let parameters = lines(12, |at| format!("  P{at}: {{Type: String}}\n"));
    let conditions = lines(12, |at| format!("  C{at}: !Equals [!Ref P{at}, a]\n"));
    let tree = lines(12, |at| {
        let at = 11 - at;
        format!("  l{at}: &l{at} !If [C{at}, *l{next}, *l{next}]\n", next = at + 1)
    });
    let head = format!("Parameters:\n{parameters}Conditions:\n{conditions}Metadata:\n  l12: &l12 '*'\n{tree}");
    checked(&format!("{head}Resources:\n{}", method("M", "*l0")));
}

#[test]
fn findings_without_fix_are_told_why() {
    let (anchors, aliases) = (lines(1, |_| "  a: &a x\n".to_owned()), lines(300_000, |at| format!("  b{at}: *a\n")));
    let methods = lines(25_000, |at| method(&format!("M{at}"), "x").replace("header.X:", "header.X Y:"));
    let checked = checked(&format!("Metadata:\n{anchors}{aliases}Resources:\n{methods}"));
    assert!(checked.findings.iter().filter(|finding| finding.no_fix.is_some()).count() >= 25_000);
}
