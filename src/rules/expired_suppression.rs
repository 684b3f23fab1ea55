//! # expired-suppression
//! ## What it does
//! Reports a suppression whose day is over: `until=2025-12-31` in a comment, `until: 2025-12-31` under `Metadata`.
//! ## Why it matters
//! Somebody promised to look again at the finding by then. From the day after the finding counts again, so that a pipeline that
//! passed yesterday can fail today without a change; this says why. The day is that of the clock, in UTC. Where suppressions can
//! stand:
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
//!       # cfn-igr: ignore[duplicate-key] until=2025-12-31 -- until the second one is removed
//!       HttpMethod: GET
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
//! A suppression without a day never ends.
//! ## Fix
//! Safe where nothing is left that it would suppress: deletes it. Unsafe where its finding is still there: deleting it gives up the
//! reason, and another day may be what is meant.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, about, named};
use crate::suppress::Verdict;

/// The rule.
pub(super) struct ExpiredSuppression;

impl Rule for ExpiredSuppression {
    type Node<'a> = &'a Verdict;
    type Hit<'a> = &'a Verdict;

    const META: RuleMeta = RuleMeta {
        name: "expired-suppression",
        summary: "suppression whose day is over",
        category: Category::Syntax,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html"],
    };
    // A suppression is no part of what is deployed, wherever it stands.
    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, verdict: &'a Verdict, _: &Ctx<'a>) -> Vec<&'a Verdict> {
        if verdict.expired && verdict.suppression.fault.is_none() { vec![verdict] } else { Vec::new() }
    }

    fn describe<'a>(&self, verdict: &&'a Verdict, ctx: &Ctx<'a>) -> Finding {
        let suppression = &verdict.suppression;
        let names = named(verdict, 0..suppression.names.len());
        let of = if names.is_empty() { String::new() } else { format!(" of {names}") };
        let day = suppression.until.map_or_else(String::new, |until| format!(" on {until}"));
        let note = if verdict.used { "its findings count again" } else { "nothing is left that it would suppress" };
        let help = if verdict.used { "repair what it was about, or name another day" } else { "delete it" };
        about(&Self::META, ctx, verdict, suppression.span, format!("the suppression{of} ended{day}"))
            .labelled("suppresses nothing any more")
            .note(note)
            .help(help)
    }

    fn fix<'a>(&self, verdict: &&'a Verdict, ctx: &Ctx<'a>) -> Option<Fix> {
        let grade = if verdict.used { Applicability::Unsafe } else { Applicability::Safe };
        verdict.suppression.removal(ctx.tree, grade)
    }
}
