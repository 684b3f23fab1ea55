//! # template-too-large
//! ## What it does
//! Reports a mapping template of more than 300 KB.
//! ## Why it matters
//! A mapping template may have 300 KB; the limit cannot be raised, and the deploy fails.
//! Source: [quotas of REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   PetsGet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pets
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               text/plain:
//!                 Fn::Sub:
//!                   - "${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}"
//!                   - A:
//!                       Fn::Sub:
//!                         - "${B}${B}${B}${B}${B}${B}${B}${B}${B}${B}"
//!                         - B:
//!                             Fn::Sub:
//!                               - "${C}${C}${C}${C}${C}${C}${C}${C}${C}${C}"
//!                               - C:
//!                                   Fn::Join:
//!                                     - "Three hundred and some characters, three hundred and some. "
//!                                     - ["", "", "", "", "", "", ""]
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   PetsGet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pets
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               text/plain: $input.path('$.name')
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Only what is known of a text counts; what the deploy fills in can make it longer. A text that is put together and has more than
//! 512 KB is not followed any more.
//! ## Fix
//! None: what can be left out or moved to the backend is not known here.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};
use crate::template::Part;

/// Most bytes of a mapping template, 300 KB: the guide does not say whether a KB has 1,000 or 1,024, so this is the larger one.
const MAX_BYTES: usize = 300 * 1024;

/// The rule.
pub(super) struct TemplateTooLarge;

impl Rule for TemplateTooLarge {
    type Node<'a> = TemplateAt<'a>;
    /// The template and the bytes that are known of it.
    type Hit<'a> = (TemplateAt<'a>, usize);

    const META: RuleMeta = RuleMeta {
        name: "template-too-large",
        summary: "mapping template of more than 300 KB",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        if at.text.len() <= MAX_BYTES {
            return Vec::new();
        }
        let known = |part: Part<'_>| match part {
            Part::Known(text) => text.len(),
            Part::Hole(_) => 0,
        };
        let bytes: usize = at.value.text().map_or(0, |text| text.parts().map(known).sum());
        if bytes > MAX_BYTES { vec![(at, bytes)] } else { Vec::new() }
    }

    fn describe<'a>(&self, (at, bytes): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} has {} KB, more than 300{}", at.named(), bytes / 1024, at.when());
        // The name of the content type is easier to see than 300 KB.
        Self::META
            .at(ctx, at.entry.property.key, &at.owner.logical_id, message)
            .labelled("its template is too long")
            .note("the deploy fails: a mapping template may have 300 KB")
            .help("move a part of it to the backend, or split the method")
    }
}
