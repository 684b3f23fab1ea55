//! What holds for every mapping template, accepted or not. The fuzz target asks for the same.

use cfn_igr::lang::velocity::{NodeKind, Refusal, Span, Template, Visited, parse};

/// Panics where a template is read in a way that cannot be right.
pub(crate) fn check(text: &str) {
    match parse(text) {
        Ok(template) => check_tree(text, &template),
        Err(Refusal::Syntax(error)) => {
            for span in [Some(error.span), error.inside].into_iter().flatten() {
                assert!(fits(text, span), "{text:?}: {error:?}");
            }
            assert!(!error.to_string().is_empty());
        }
        Err(Refusal::NotAnalysed) => {}
    }
}

fn check_tree(text: &str, template: &Template) {
    let mut at = 0;
    for node in &template.nodes {
        assert!(fits(text, node.span), "{text:?}: {node:?}");
        assert_eq!(node.span.start, at, "{text:?}: nothing is left out before {node:?}");
        at = node.span.end;
        if let NodeKind::Text(printed) = &node.kind {
            let written = node.span.of(text);
            let same = printed == written || written.contains(['\\', '$', '#']);
            assert!(same, "{text:?}: {written:?} prints {printed:?}");
        }
    }
    let rest = &text[at..];
    assert!(rest.is_empty() || rest.contains("#*"), "{text:?}: {rest:?} is left");
    template.visit(&mut |visited| match visited {
        Visited::Node(node) => assert!(fits(text, node.span), "{text:?}: {node:?}"),
        Visited::Expression(value) => assert!(fits(text, value.span), "{text:?}: {value:?}"),
        Visited::Reference(reference) => {
            for span in [reference.span, reference.own, reference.name_span] {
                assert!(fits(text, span), "{text:?}: {reference:?}");
            }
            assert!(
                contains(reference.span, reference.own) && contains(reference.own, reference.name_span),
                "{text:?}: {reference:?}"
            );
            assert_eq!(reference.name_span.of(text), reference.name, "{text:?}");
            for step in &reference.steps {
                assert!(fits(text, step.span) && contains(reference.own, step.span), "{text:?}: {step:?}");
            }
        }
    });
}

fn fits(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.start..span.end).is_some()
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
