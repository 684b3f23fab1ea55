//! What a rule is: metadata, the part of the model it looks at, and three functions.
//!
//! The engine does the looping and calls [`AnyRule::run`]; a rule file fills in [`Rule`].

mod asked;
mod context;
mod cors;
mod deployments;
mod gateways;
mod messages;
mod no_fix;
mod patterns;
mod place;
mod rewrite;
mod shared;
mod suppressions;
mod templates;
mod words;

pub use asked::{AskedHeader, asked_headers};
pub use context::Ctx;
pub use cors::{
    ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, HeadersAt, PathAt, Preflight, StaticHeader, common_value,
};
pub use deployments::Missed;
pub use gateways::{BrowserApi, meant_types};
pub use messages::carried;
pub use patterns::{Parsed, Patterns};
pub use place::{Document, IntegrationAt, MappingAt, MethodResponseAt, PatternAt, ResponseAt, StatusCodeAt, Visit};
pub use suppressions::{about, named};
pub use templates::{TemplateAt, TemplateEntryAt, TemplateSide, Templates};
pub use words::{listed, shown, when};

use self::shared::SharedFixes;
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Confidence, Finding, NoFix, Severity};
use crate::syntax::NodeId;
use crate::text::Span;

/// What a rule promises about fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixPromise {
    /// There is none.
    Never,
    /// Where the repair follows from the template and the place can be edited; at most this grade.
    Sometimes(Applicability),
}

/// Everything about a rule that is not code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// The defect, in kebab-case. A promise once released.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// What it is about.
    pub category: Category,
    /// How bad it is, unless a finding says otherwise.
    pub severity: Severity,
    /// What it promises about fixes.
    pub fix: FixPromise,
    /// The version it came with.
    pub since: &'static str,
    /// Pages or threads that show it, the first one linked from findings.
    pub sources: &'static [&'static str],
}

impl RuleMeta {
    /// A finding at a node; the words come from the builder methods of [`Finding`].
    pub fn at(&self, ctx: &Ctx<'_>, node: NodeId, logical_id: &str, message: impl Into<String>) -> Finding {
        let mut finding = self.at_span(ctx.tree.span_with_tag(node), message);
        finding.path = ctx.tree.pointer(node);
        finding.logical_id = (!logical_id.is_empty()).then(|| logical_id.to_owned());
        finding
    }

    /// A finding at bytes that are no node's.
    pub fn at_span(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.name,
            severity: self.severity,
            confidence: Confidence::Certain,
            category: self.category,
            message: message.into(),
            span,
            label: String::new(),
            labels: Vec::new(),
            note: String::new(),
            help: String::new(),
            docs: self.sources.first().copied().unwrap_or(""),
            logical_id: None,
            path: String::new(),
            fix: None,
            no_fix: None,
            suppressed: None,
        }
    }
}

/// One rule. The doc comment of its file is the user's page.
pub trait Rule: Sync {
    /// The part of the model it looks at; the engine calls it once for each.
    type Node<'a>: Visit<'a>;
    /// What it found: facts, neither words nor edits.
    type Hit<'a>;
    /// Everything else about it.
    const META: RuleMeta;
    /// Whether its fixes ask every use of a parameter or of an entry of Mappings before they change it. The fixes of other
    /// rules touch nothing outside Resources.
    const REPAIRS_CAUSES: bool = false;

    /// Whether its findings are about a value and its fixes write another one in its place. Where a function makes the value,
    /// that is why there is none.
    const REWRITES_VALUES: bool = false;

    /// Messages of the service or of browsers by which people meet the defect, as the page quotes them; `…` stands for what
    /// is different each time.
    const MESSAGES: &'static [&'static str] = &[];

    /// Finds the defect. On unknown values it finds nothing.
    fn detect<'a>(&self, node: Self::Node<'a>, ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>>;

    /// Puts it into words.
    fn describe<'a>(&self, hit: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding;

    /// Plans the repair; `None` where there is no right one or the place cannot be edited surely.
    fn fix<'a>(&self, hit: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let _ = (hit, ctx);
        None
    }

    /// The places of the document that a hit is about, for text that serves several through aliases: it is only changed
    /// if every place wants that. `shown` is the number of the part that was shown, which is a place of its own for fixes
    /// that touch nothing outside it. By default a hit speaks for one place in its resource.
    fn wishes(&self, hit: &Self::Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        let _ = (hit, shown);
        None
    }
}

/// A rule of any kind, as the engine's table holds it.
pub trait AnyRule: Sync {
    /// Its metadata.
    fn meta(&self) -> &'static RuleMeta;
    /// Whether it looks at the text alone, so that it runs on broken files too.
    fn reads_broken_files(&self) -> bool;
    /// Whether it looks at what the other rules found, so that it runs behind them.
    fn reads_findings(&self) -> bool;
    /// Whether a function that makes the value is why a finding has no fix ([`Rule::REWRITES_VALUES`]).
    fn rewrites_values(&self) -> bool;
    /// The messages by which people meet the defect ([`Rule::MESSAGES`]).
    fn messages(&self) -> &'static [&'static str];
    /// Runs it over a whole input.
    fn run<'a>(&self, ctx: &'a Ctx<'a>, findings: &mut Vec<Finding>);
}

impl<R: Rule> AnyRule for R {
    fn meta(&self) -> &'static RuleMeta {
        &R::META
    }

    fn reads_broken_files(&self) -> bool {
        <R::Node<'static> as Visit<'static>>::READS_BROKEN_FILES
    }

    fn reads_findings(&self) -> bool {
        <R::Node<'static> as Visit<'static>>::READS_FINDINGS
    }

    fn rewrites_values(&self) -> bool {
        R::REWRITES_VALUES
    }

    fn messages(&self) -> &'static [&'static str] {
        R::MESSAGES
    }

    fn run<'a>(&self, ctx: &'a Ctx<'a>, findings: &mut Vec<Finding>) {
        let (mut shared, mut shown) = (SharedFixes::default(), 0);
        <R::Node<'a> as Visit<'a>>::each(ctx, &mut |node| {
            for hit in self.detect(node, ctx) {
                let mut finding = self.describe(&hit, ctx);
                finding.fix = self.fix(&hit, ctx);
                let elsewhere = |change: &Change| !ctx.template.is_in_resources(change.node());
                if !Self::REPAIRS_CAUSES && finding.fix.as_ref().is_some_and(|fix| fix.changes.iter().any(elsewhere)) {
                    finding.fix = None;
                    finding.no_fix = Some(NoFix::Elsewhere);
                }
                if finding.fix.as_ref().is_some_and(|fix| fix.places > 1) {
                    shared.note(findings.len(), self.wishes(&hit, shown));
                }
                findings.push(finding);
            }
            shown += 1;
        });
        shared.keep_unanimous(findings);
    }
}

/// A rule with its page and its file's name, as the build script lists it.
pub struct Registered {
    /// The rule.
    pub rule: &'static dyn AnyRule,
    /// The page: Markdown, taken from the file's own documentation.
    pub page: &'static str,
}
