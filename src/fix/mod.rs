//! Repairing one text: choose fixes, apply them, look at the result, again, until nothing changes.
//!
//! Pure like the engine. A result is only returned if it parses, is exactly what was planned, and has no
//! finding that the original did not have.

mod known;
mod run;
mod sift;
mod trail;

use std::collections::BTreeMap;

use self::run::{Reached, run};
use crate::edit::Applicability;
use crate::engine::{Checked, Options};
use crate::finding::{Finding, NoFix};
use crate::text::{Position, Source, Span};

/// Runs over one text. A fix that was refused is judged afresh in the next, as it would be if the program were called
/// again; so the result is what it would be after any number of calls.
const MAX_RUNS: usize = 4;

/// A finding that was repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The finding; its bytes are those of the text of its round.
    pub finding: Finding,
    /// Where it stood in the original text, or the place at which an earlier repair wrote what it is about.
    pub position: Position,
    /// The same as bytes.
    pub origin: Span,
}

/// A finding whose fix was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The finding; its bytes are those of the text of its round.
    pub finding: Finding,
    /// Where it stood in the original text, or the place at which an earlier repair wrote what it is about.
    pub position: Position,
    /// The same as bytes.
    pub origin: Span,
    /// Why, in one line.
    pub reason: String,
}

/// A repaired text.
#[derive(Debug)]
pub struct Fixed {
    /// The new text; the old one where nothing was repaired.
    pub text: String,
    /// What was repaired.
    pub applied: Vec<Applied>,
    /// What could have been repaired, but the result would not have been right.
    pub dropped: Vec<Dropped>,
    /// What is wrong with the new text.
    pub remaining: Checked,
    /// How often fixes were applied.
    pub rounds: usize,
}

/// Repairs a text with all fixes of at least this grade. With [`Options::only`] just those rules' fixes are
/// made and their findings reported; the result is still checked by all rules.
///
/// # Examples
/// ```
/// use cfn_igr::{Options, Source, edit::Applicability, fix};
/// let text = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n";
/// let fixed = fix(&Source::new("t.yaml", text), &Options::default(), Applicability::Safe);
/// assert_eq!(fixed.text, text);
/// ```
pub fn fix(source: &Source, options: &Options, grade: Applicability) -> Fixed {
    let all = Options { only: Vec::new(), ..options.clone() };
    let Reached { mut fixed, mut trail, mut settled, before: original } = run(source, None, (&all, &options.only), grade);
    for _ in 1..MAX_RUNS {
        if settled {
            break;
        }
        let now = Source::new(source.name(), fixed.text.as_str());
        let next = run(&now, Some(source), (&all, &options.only), grade);
        let mut whole = trail.clone();
        whole.extend(next.trail);
        // Each run compares with the text before it; together they must not come to something new either.
        if original.check(&next.fixed.remaining.findings, &next.fixed.text, &whole, |_| true).is_err() {
            break;
        }
        let (mut dropped, mut applied) = (next.fixed.dropped, next.fixed.applied);
        let later = dropped.iter_mut().map(|one| (&mut one.origin, &mut one.position));
        for (origin, position) in later.chain(applied.iter_mut().map(|one| (&mut one.origin, &mut one.position))) {
            *origin = trail.origin(*origin).span;
            *position = source.position(origin.start());
        }
        let applied = fixed.applied.into_iter().chain(applied).collect();
        fixed = Fixed { applied, dropped, rounds: fixed.rounds + next.fixed.rounds, ..next.fixed };
        (trail, settled) = (whole, next.settled);
    }
    if !options.only.is_empty() {
        fixed.remaining.findings.retain(|finding| options.only.iter().any(|name| name == finding.rule));
    }
    fixed
}

/// Takes the fixes away from findings of the original text for which they were tried in vain, and says why instead.
pub fn mark_dropped(findings: &mut [Finding], dropped: &[Dropped]) {
    let reasons: BTreeMap<(&str, Span), &String> =
        dropped.iter().map(|dropped| ((dropped.finding.rule, dropped.origin), &dropped.reason)).collect();
    for finding in findings.iter_mut().filter(|finding| finding.fix.is_some()) {
        if let Some(reason) = reasons.get(&(finding.rule, finding.span)) {
            finding.fix = None;
            finding.no_fix = Some(NoFix::Spoils((*reason).clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::engine::check;

    fn repaired(text: &str, grade: Applicability) -> Fixed {
        let fixed = fix(&Source::new("t", text), &Options::default(), grade);
        let again = fix(&Source::new("t", fixed.text.as_str()), &Options::default(), grade);
        assert!(again.text == fixed.text && again.rounds == 0, "a second run repairs more");
        let told = |dropped: &[Dropped]| dropped.iter().map(|one| (one.position, one.reason.clone())).collect::<Vec<_>>();
        assert_eq!(told(&again.dropped), told(&fixed.dropped));
        fixed
    }

    /// Methods that all have a pattern to repair; where `clash` says so, it would then match what another one matches.
    fn methods(number: usize, clash: impl Fn(usize) -> bool) -> String {
        let mut text = "Resources:\n".to_owned();
        for at in 0..number {
            let _ = write!(
                text,
                "  M{at}:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      Integration:\n        Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://x\n        IntegrationResponses:\n          - StatusCode: 200\n            ResponseParameters: {{method.response.header.X: 'a'}}\n          - {{StatusCode: 500, SelectionPattern: 5xx}}\n"
            );
            if clash(at) {
                text.push_str("          - {StatusCode: 502, SelectionPattern: '50[23]'}\n");
            }
            text.push_str("      MethodResponses:\n        - {StatusCode: 200, ResponseParameters: {method.response.header.X: true}}\n        - StatusCode: 500\n        - StatusCode: 502\n");
        }
        text
    }

    #[test]
    fn what_is_right_is_repaired_beside_many_repairs_that_are_not() {
        let fixed = repaired(&methods(120, |at| at % 2 == 0), Applicability::Safe);
        assert_eq!((fixed.applied.len(), fixed.dropped.len(), fixed.remaining.findings.len()), (180, 60, 60));
        assert!(fixed.dropped.iter().all(|dropped| dropped.reason.contains("overlapping-selection-patterns")));
    }

    #[test]
    fn a_finding_is_not_taken_for_its_namesake() {
        let text = methods(3, |at| at == 1);
        let fixed = repaired(&text, Applicability::Safe);
        let [dropped] = fixed.dropped.as_slice() else { panic!("{:?}", fixed.dropped) };
        assert_eq!((&text[dropped.origin.range()], dropped.finding.logical_id.as_deref()), ("5xx", Some("M1")));
        let mut before = check(&Source::new("t", text.as_str()), &Options::default());
        mark_dropped(&mut before.findings, &fixed.dropped);
        let spoils = |finding: &&Finding| matches!(finding.no_fix, Some(NoFix::Spoils(_)));
        let told: Vec<_> = before.findings.iter().filter(spoils).map(|finding| finding.logical_id.as_deref()).collect();
        assert_eq!(told, [Some("M1")]);
        let left: Vec<_> =
            fixed.remaining.findings.iter().filter(spoils).map(|finding| finding.logical_id.as_deref()).collect();
        assert_eq!(left, [Some("M1")]);
    }

    #[test]
    fn repairs_of_later_rounds_are_told_by_their_place_in_the_original() {
        let text = "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      MethodResponses:\n        - StatusCode: 200\n          ResponseParameters:\n            method.response.header.Z: true\n      Integration:\n        Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://x\n        IntegrationResponses:\n          - StatusCode: 200\n            ResponseParameters:\n              method.response.header.Z: \"'z'\"\n              method.response.header.Y: \"'y'\"\n              method.response.headers.X: \"'x'\"\n";
        let fixed = repaired(text, Applicability::Safe);
        let told: Vec<_> = fixed.applied.iter().map(|one| (one.finding.rule, one.position.line)).collect();
        let declared = "undeclared-response-header";
        assert_eq!(told, [(declared, 18), ("wrong-mapping-destination", 19), (declared, 19)]);
        assert_eq!(fixed.rounds, 2);
    }

    #[test]
    fn quotes_of_earlier_rounds_are_no_habit() {
        let text = "Resources:\n  R:\n    Type: AWS::ApiGateway::GatewayResponse\n    Properties:\n      ResponseType: DEFAULT_4XX\n      ResponseParameters:\n        gatewayresponse.header.X: a\n        gatewayresponse.header.Y: b\n  M:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      Integration:\n        Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://x\n        IntegrationResponses:\n          - StatusCode: ' 404'\n";
        let fixed = repaired(text, Applicability::Safe);
        assert_eq!(fixed.rounds, 2);
        assert!(
            fixed.text.ends_with("StatusCode: '404'\n      MethodResponses:\n        - StatusCode: '404'\n"),
            "{}",
            fixed.text
        );
    }

    #[test]
    fn many_repairs_of_one_resource_that_are_not_right_end() {
        let mut text = methods(1, |_| false);
        let clashes = (0..12)
            .map(|at| format!("          - {{StatusCode: {}, SelectionPattern: 4{at:02}|4{}x}}\n", 400 + at, at / 10));
        let at = text.find("      MethodResponses").unwrap();
        text.insert_str(at, &clashes.collect::<String>());
        repaired(&text, Applicability::Unsafe);
    }
}
