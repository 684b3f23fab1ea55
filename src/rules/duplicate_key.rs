//! # duplicate-key
//! ## What it does
//! Reports a key that stands twice in one mapping.
//! ## Why it matters
//! Readers of YAML and JSON keep one of the two values, the last, without a word. The other is in the file, is
//! reviewed, and is not deployed.
//! Sources: [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259#section-4): the behaviour of software that receives such an
//! object is unpredictable; [YAML 1.1](https://yaml.org/spec/1.1/#id861060): keys are unique.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       HttpMethod: POST
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
//! The merge key `<<` may stand more than once and is not reported. Keys that differ in upper and lower case are two keys.
//! ## Fix
//! None: which of the two is meant cannot be known.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, Document, FixPromise, Rule, RuleMeta};
use crate::syntax::NodeId;

/// The rule.
pub(super) struct DuplicateKey;

/// The key that counts not, and the later one.
pub(super) struct Hit {
    first: NodeId,
    later: NodeId,
}

impl Rule for DuplicateKey {
    type Node<'a> = Document<'a>;
    type Hit<'a> = Hit;

    const META: RuleMeta = RuleMeta {
        name: "duplicate-key",
        summary: "key that stands twice in one mapping",
        category: Category::Syntax,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://www.rfc-editor.org/rfc/rfc8259#section-4", "https://yaml.org/spec/1.1/#id861060"],
    };

    fn detect<'a>(&self, document: Document<'a>, _: &Ctx<'a>) -> Vec<Hit> {
        let tree = document.tree;
        let pairs = tree.duplicates().iter().filter(|(first, _)| tree.text(*first) != Some("<<"));
        pairs.map(|(first, later)| Hit { first: *first, later: *later }).collect()
    }

    fn describe(&self, hit: &Hit, ctx: &Ctx<'_>) -> Finding {
        let key = ctx.tree.text(hit.later).unwrap_or("?");
        Self::META
            .at(ctx, hit.later, &ctx.logical_id_around(hit.later), format!("the key `{}` stands twice in one mapping", shorten(key)))
            .labelled("this value is used")
            .with(ctx.span(hit.first), "this value is ignored")
            .note("readers keep the last of the two and drop the other silently")
            .help("keep the one that is meant and remove the other")
    }
}

fn shorten(key: &str) -> &str {
    key.char_indices().nth(60).map_or(key, |(at, _)| key.get(..at).unwrap_or(key))
}
