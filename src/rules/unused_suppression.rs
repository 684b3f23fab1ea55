//! # unused-suppression
//! ## What it does
//! Reports a suppression that has no finding to suppress: a comment `# cfn-igr: ignore[…]` or an entry under `Metadata`.
//! ## Why it matters
//! The defect is gone, or was never there. What is left would hide the next one of its kind at this place, and tells readers of a
//! problem that there is none. Deployed templates do not change: CloudFormation reads no comments, and keeps
//! [Metadata](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html) without using them.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   # cfn-igr: ignore[duplicate-key] -- the second one counts
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
//! ```yaml,fixed
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
//! In JSON suppressions stand under `Metadata`:
//! ```json,bad
//! {
//!   "Resources": {
//!     "Api": {
//!       "Type": "AWS::ApiGateway::RestApi",
//!       "Metadata": { "cfn-igr": { "ignore": [{ "rule": "duplicate-key", "reason": "the second one counts" }] } },
//!       "Properties": { "Name": "pets" }
//!     }
//!   }
//! }
//! ```
//! ## When not to use it
//! It is silent about rules that did not run. A suppression that is about several findings is used as long as there is one of them.
//! ## Fix
//! Safe: deletes the name, or the whole suppression where it has no other.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, about, named};
use crate::suppress::Verdict;

/// The rule.
pub(super) struct UnusedSuppression;

impl Rule for UnusedSuppression {
    type Node<'a> = &'a Verdict;
    type Hit<'a> = &'a Verdict;

    const META: RuleMeta = RuleMeta {
        name: "unused-suppression",
        summary: "suppression that has nothing to suppress",
        category: Category::Syntax,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html"],
    };
    // A suppression is no part of what is deployed, wherever it stands.
    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, verdict: &'a Verdict, _: &Ctx<'a>) -> Vec<&'a Verdict> {
        let idle = !verdict.unused.is_empty() || verdict.suppression.names.is_empty() && !verdict.used;
        let read = verdict.suppression.fault.is_none() && !verdict.expired;
        if idle && read { vec![verdict] } else { Vec::new() }
    }

    fn describe<'a>(&self, verdict: &&'a Verdict, ctx: &Ctx<'a>) -> Finding {
        let suppression = &verdict.suppression;
        let first = verdict.unused.first().and_then(|index| suppression.names.get(*index));
        let whole = verdict.unused.len() == suppression.names.len();
        let span = first.filter(|_| !whole).map_or(suppression.span, |name| name.span);
        let message = if suppression.names.is_empty() {
            "there is nothing to suppress here".to_owned()
        } else {
            format!("there is nothing to suppress here for {}", named(verdict, verdict.unused.iter().copied()))
        };
        about(&Self::META, ctx, verdict, span, message)
            .labelled("suppresses nothing")
            .note("it would hide the next finding of its kind")
            .help("delete it")
    }

    fn fix<'a>(&self, verdict: &&'a Verdict, ctx: &Ctx<'a>) -> Option<Fix> {
        verdict.suppression.without(ctx.tree, &verdict.unused)
    }
}
