//! # template-syntax
//! ## What it does
//! Reports where a file stops being YAML or JSON.
//! ## Why it matters
//! CloudFormation refuses such a template before it creates anything: `Template format error: YAML not well-formed` or
//! `Template format error: JSON not well-formed`, with a line at best. Nothing behind the place is checked here either.
//! Sources: [template format](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html).
//! ## Example
//! An asterisk without quotes is a YAML alias:
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: *
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
//!       HttpMethod: "*"
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//! ```
//! ## When not to use it
//! Where a file is a template of another kind (Jinja, ERB) that becomes YAML later: check what it becomes. When a folder
//! is walked, files that do not mention API Gateway are not reported.
//! ## Fix
//! None: what was meant cannot be read.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, Document, FixPromise, Rule, RuleMeta};
use crate::syntax::{Format, SyntaxError};
use crate::text::Span;

/// The rule.
pub(super) struct TemplateSyntax;

impl Rule for TemplateSyntax {
    type Node<'a> = Document<'a>;
    type Hit<'a> = &'a SyntaxError;

    const META: RuleMeta = RuleMeta {
        name: "template-syntax",
        summary: "file that is neither YAML nor JSON",
        category: Category::Syntax,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Template format error: YAML not well-formed", "Template format error: JSON not well-formed"];

    fn detect<'a>(&self, document: Document<'a>, _: &Ctx<'a>) -> Vec<&'a SyntaxError> {
        document.tree.errors().iter().collect()
    }

    fn describe<'a>(&self, error: &&'a SyntaxError, ctx: &Ctx<'a>) -> Finding {
        let format = match ctx.tree.format() {
            Format::Yaml => "YAML",
            Format::Json => "JSON",
        };
        let text = ctx.tree.source().text();
        // At the end of the text people look at the last thing that was written.
        let written = text.trim_end().len();
        let span = if error.span.start() >= written { Span::at(written) } else { error.span };
        Self::META
            .at_span(span, error.message.clone())
            .labelled("reading stops here")
            .note(format!("CloudFormation refuses the template: Template format error: {format} not well-formed"))
            .help(error.help.clone().unwrap_or_else(|| format!("correct the {format} here; what follows is not checked yet")))
    }
}
