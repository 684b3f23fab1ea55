//! # secret-in-template
//! ## What it does
//! Reports a secret in a mapping template or in a parameter mapping: a dynamic reference to Secrets Manager or to a secure parameter, an access
//! key, a private key, a token of a known form.
//! ## Why it matters
//! What a template or a mapping holds is stored in the API as it is. Whoever may read the API or export it reads the secret, and it does not
//! change when the secret is rotated.
//! Sources: [dynamic references](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         RequestParameters:
//!           integration.request.header.X-Token: "'{{resolve:secretsmanager:pets:SecretString:token}}'"
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         RequestParameters:
//!           integration.request.header.X-Token: context.authorizer.token
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Examples of AWS's documentation (`AKIAIOSFODNN7EXAMPLE`) are no secrets. A value that only looks like a token can be public.
//! ## Fix
//! None: the secret belongs to the backend, an authorizer or a stage of its own.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::api::{Api, Owner};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};
use crate::template::{Hole, Part, Value};

/// Beginnings of tokens, and how many letters and digits follow at least.
const TOKENS: [(&str, usize, &str); 8] = [
    ("AKIA", 16, "an access key"),
    ("ASIA", 16, "an access key"),
    ("ghp_", 36, "a GitHub token"),
    ("github_pat_", 22, "a GitHub token"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("sk_live_", 16, "a Stripe key"),
    ("-----BEGIN", 0, "a private key"),
];

/// What looks for each of them.
static FINDERS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| TOKENS.iter().map(|(begin, ..)| Finder::new(*begin)).collect());

/// The rule.
pub(super) struct SecretInTemplate;

/// A secret.
pub(super) struct Hit<'a> {
    owner: &'a Owner,
    place: String,
    value: &'a Value,
    /// Its bytes in the text, where it is written down.
    part: Option<(usize, usize)>,
    what: &'static str,
}

impl Rule for SecretInTemplate {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "secret-in-template",
        summary: "secret in a mapping template or a parameter mapping",
        category: Category::Security,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html"],
    };

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let hit = |owner: &'a Owner, value: &'a Value, place: &dyn Fn() -> String| {
            let (part, what) = secret(value)?;
            Some(Hit { owner, place: place(), value, part, what })
        };
        let templates = ctx.mapping_templates().filter_map(|at| hit(at.owner, at.value, &|| format!("the {}", at.named())));
        let mappings = ctx.mappings().flat_map(|at| {
            let place = move || format!("the mapping of {} in {}", at.destination(), at.owner.logical_id);
            at.entry.property.values.iter().filter_map(move |value| hit(at.owner, value, &place))
        });
        templates.chain(mappings).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("{} holds {}", hit.place, hit.what);
        let mut finding = Self::META.at(ctx, hit.value.node, &hit.owner.logical_id, message).likely();
        if let Some((start, end)) = hit.part {
            finding.span = ctx.part(hit.value, start, end);
        }
        finding
            .labelled("can be read by whoever can read the API")
            .note("it is stored in the API as it is, and stays when the secret is rotated")
            .help("let the backend or an authorizer read it")
    }
}

fn secret(value: &Value) -> Option<(Option<(usize, usize)>, &'static str)> {
    let text = value.text()?;
    let dynamic = text.parts().find_map(|part| match part {
        Part::Hole(Hole::Dynamic(name)) if name.starts_with("{{resolve:secretsmanager:") => Some("a secret of Secrets Manager"),
        Part::Hole(Hole::Dynamic(name)) if name.starts_with("{{resolve:ssm-secure:") => Some("a secure parameter"),
        Part::Hole(_) | Part::Known(_) => None,
    });
    if let Some(what) = dynamic {
        return Some((None, what));
    }
    let text = text.with_holes();
    let written = TOKENS.iter().zip(&*FINDERS).filter(|(_, finder)| finder.find(text.as_bytes()).is_some());
    written.into_iter().find_map(|((begin, length, what), _)| {
        text.match_indices(begin).find_map(|(at, _)| {
            let before = text.get(..at)?.chars().next_back();
            let rest = text.get(at + begin.len()..)?;
            let token = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).len();
            let name = rest.get(..token)?;
            let is_key = *length > 0 || rest.split("-----").next().is_some_and(|kind| kind.ends_with("PRIVATE KEY"));
            let exact = !begin.ends_with("IA") || token == *length && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            let whole = before.is_none_or(|c| !c.is_ascii_alphanumeric());
            let real = is_key && exact && whole && token >= *length && !name.to_ascii_uppercase().contains("EXAMPLE");
            real.then_some((Some((at, at + begin.len() + token)), *what))
        })
    })
}
