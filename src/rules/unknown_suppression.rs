//! # unknown-suppression
//! ## What it does
//! Reports a suppression that cannot be read: it names a rule that there is not, its day is no day, a bracket is not closed.
//! ## Why it matters
//! It suppresses nothing, and its author thinks it does; or the rule has gone, and the suppression is dead text. The rules about
//! suppressions cannot be suppressed in the text either. Where suppressions can stand:
//! [Metadata](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       # cfn-igr: ignore[duplicate-kye] -- the second one counts
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//! ```
//! ## When not to use it
//! Comments that begin with `cfn-igr:` and go on in other words than `ignore` and `ignore-file`, or nearly these, are for people and
//! not reported.
//! ## Fix
//! Unsafe: writes the nearest name, if one is near enough.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, about};
use crate::suppress::Verdict;
use crate::suppress::OWN_RULES;

/// Where the rule may be that is not known.
const OWN: &str = "a Guard rule of your own? give --guard, or name it in cfn-igr.yaml";

/// The rule.
pub(super) struct UnknownSuppression;

/// What cannot be read.
pub(super) struct Hit<'a> {
    verdict: &'a Verdict,
    /// Index of the name, 0-based; none where it is something else.
    name: Option<usize>,
}

impl Rule for UnknownSuppression {
    type Node<'a> = &'a Verdict;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unknown-suppression",
        summary: "suppression that names no rule or cannot be read",
        category: Category::Syntax,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html"],
    };
    // A suppression is no part of what is deployed, wherever it stands.
    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, verdict: &'a Verdict, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        if verdict.suppression.fault.is_some() {
            return vec![Hit { verdict, name: None }];
        }
        verdict.unknown.iter().map(|(index, _)| Hit { verdict, name: Some(*index) }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let suppression = &hit.verdict.suppression;
        let name = hit.name.and_then(|index| suppression.names.get(index));
        let Some(name) = name else {
            let (span, message) =
                suppression.fault.as_ref().map_or((suppression.span, ""), |fault| (fault.span, fault.message.as_str()));
            return about(&Self::META, ctx, hit.verdict, span, format!("this suppression cannot be read: {message}"))
                .note("it suppresses nothing")
                .help("write it as `# cfn-igr: ignore[rule] until=2027-01-31 -- reason`, or under Metadata");
        };
        if OWN_RULES.contains(&name.text.as_str()) {
            return about(&Self::META, ctx, hit.verdict, name.span, format!("`{}` cannot be suppressed in the text", name.text))
                .note("it is about suppressions itself")
                .help("leave the rule out with --ignore or in cfn-igr.yaml");
        }
        let near = hit.verdict.unknown.iter().find(|(index, _)| Some(*index) == hit.name).and_then(|(_, near)| near.as_ref());
        about(&Self::META, ctx, hit.verdict, name.span, format!("there is no rule `{}`", name.text))
            .labelled("suppresses nothing")
            .note("a name that no rule has suppresses nothing")
            .help(match near {
                Some(near) => format!("did you mean `{near}`? {OWN}"),
                None => format!("cfn-igr rules lists the names; {OWN}"),
            })
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        hit.verdict.corrected(ctx.tree, hit.name)
    }
}
