//! Compares the reading of mapping templates with recorded answers of Apache Velocity 1.7
//! (`tests/recorded/velocity.tsv`; its first line tells how it was made).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

#[path = "harness/base64.rs"]
mod base64;
#[path = "harness/velocity.rs"]
mod invariants;

use cfn_igr::lang::velocity::{Refusal, parse};
use cfn_igr::{Document, Options, Source, check};
use serde_json::json;

const RECORDED: &str = include_str!("recorded/velocity.tsv");

fn recorded() -> impl Iterator<Item = (String, &'static str)> {
    RECORDED.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (template, verdict) = line.split_once('\t').unwrap();
        (base64::decode(template), verdict)
    })
}

/// The engine reads a template and then prepares to render it; only the first was asked.
fn is_refused(refusal: &Refusal, template: &str) -> bool {
    match refusal {
        Refusal::Syntax(error) => !error.in_preparation,
        Refusal::NotAnalysed => panic!("not analysed: {template:?}"),
    }
}

#[test]
fn accepts_what_velocity_accepts() {
    let mut counts = [0, 0];
    let mut wrong = Vec::new();
    for (template, verdict) in recorded() {
        let accepted = parse(&template).map_or_else(|refusal| !is_refused(&refusal, &template), |_| true);
        counts[usize::from(verdict == "ok")] += 1;
        if accepted != (verdict == "ok") {
            wrong.push(format!("{template:?}: {verdict}, here {:?}", parse(&template).map(|_| "ok")));
        }
    }
    println!("{} refused, {} accepted", counts[0], counts[1]);
    assert!(counts.iter().all(|count| *count > 1_500), "{counts:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_holds_for_every_template_holds() {
    for (template, _) in recorded() {
        invariants::check(&template);
    }
}

/// Each template as a request template, a response template and that of a MOCK integration.
#[test]
fn no_rule_fails_on_a_template() {
    let templates: Vec<String> = recorded().map(|(template, _)| template).collect();
    for some in templates.chunks(200) {
        let methods = some.iter().enumerate().map(|(index, template)| {
            let kind = if index % 3 == 0 { "MOCK" } else { "HTTP" };
            let templates = json!({"application/json": template});
            let integration = json!({"Type": kind, "IntegrationHttpMethod": "GET", "Uri": "https://pets.example.com",
                "RequestTemplates": templates, "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": templates}]});
            let properties = json!({"HttpMethod": "GET", "Integration": integration});
            (format!("M{index}"), json!({"Type": "AWS::ApiGateway::Method", "Properties": properties}))
        });
        let text = json!({"Resources": methods.collect::<serde_json::Map<_, _>>()}).to_string();
        let checked = check(&Source::new("t.json", text), &Options::default());
        assert!(checked.failed_rules.is_empty(), "{:?}", checked.failed_rules);
        assert_eq!(checked.document, Document::Template);
    }
}

/// Gives numbers that look random, the same each time.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn changed_templates_do_no_harm() {
    let templates: Vec<String> = recorded().map(|(template, _)| template).collect();
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        let mut letters: Vec<char> = templates[random.below(templates.len())].chars().collect();
        for _ in 0..=random.below(3) {
            let other: Vec<char> = templates[random.below(templates.len())].chars().collect();
            let (from, at) = (random.below(other.len() + 1), random.below(letters.len() + 1));
            let piece = &other[from..(from + random.below(4)).min(other.len())];
            let end = (at + random.below(3)).min(letters.len());
            letters.splice(at..end, piece.iter().copied());
        }
        invariants::check(&letters.into_iter().collect::<String>());
    }
}

#[test]
fn deep_and_long_templates_end_soon() {
    let pairs = [
        ("#if($a)", "#end"),
        ("$a.b(", ")"),
        ("$a[", "]"),
        ("#set($a = [", "])"),
        ("#set($a = (", "))"),
        ("#if(!", ")#end"),
        ("#set($a = {1:", "})"),
        ("$a.b([$c.d(", ")])"),
        ("#foreach($a in $b)", "#end"),
        ("#set($a = \"", "\")"),
        ("${a.b(", ")}"),
        ("#m([", "])"),
        ("$a.b([", "])"),
        ("\\", ""),
        ("\\$", ""),
        ("$", ""),
        ("#", ""),
        ("#*", ""),
        ("##", ""),
        ("$!", "!"),
        ("\"\"", ""),
        ("#set($a = 1 + ", ")"),
        (" ", "#set"),
        ("$a.b('", ""),
        ("#[[", "]]#"),
        ("${", "}"),
        ("#{if}", ""),
    ];
    for (open, close) in pairs {
        for depth in [10, 99, 1_000, 20_000] {
            invariants::check(&(open.repeat(depth) + &close.repeat(depth)));
            invariants::check(&open.repeat(depth));
            invariants::check(&format!("#set($x = {}1{})", open.repeat(depth), close.repeat(depth)));
        }
    }
}
