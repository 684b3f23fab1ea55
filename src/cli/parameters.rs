//! Parameters given on the command line, and those that the templates declare.

use std::collections::BTreeSet;

use cfn_igr::lang::distance;
use cfn_igr::report::escape::escape;
use cfn_igr::syntax;
use cfn_igr::text::Source;

/// Parameters that CloudFormation has itself.
const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// What is known of the parameters of the templates.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    names: BTreeSet<String>,
    /// How many templates were looked at.
    templates: usize,
    /// Whether there may be others: in a text that cannot be read to its end, or behind a merge key or a transform.
    others: bool,
}

impl Declared {
    /// The parameters of one template.
    pub(crate) fn of(source: &Source) -> Self {
        let tree = syntax::parse(source);
        let section = tree.root().and_then(|root| tree.get(tree.target(root), "Parameters"));
        let entries = section.into_iter().flat_map(|section| tree.entries(tree.target(section)));
        let names: BTreeSet<String> = entries.filter_map(|entry| tree.text(entry.key)).map(str::to_owned).collect();
        let others = !tree.errors().is_empty() || names.iter().any(|name| name == "<<" || name.starts_with("Fn::"));
        Self { names, templates: 1, others }
    }

    /// Adds what is known of other templates.
    pub(crate) fn add(&mut self, more: Self) {
        self.names.extend(more.names);
        self.templates += more.templates;
        self.others |= more.others;
    }

    /// What to say about given parameters that no template has: most likely a slip of the finger, after which the value that
    /// was meant to count does not.
    pub(crate) fn unknown(&self, given: &[(String, String)]) -> Vec<String> {
        if self.templates == 0 {
            return Vec::new();
        }
        given.iter().filter_map(|(name, _)| self.fault(name)).collect()
    }

    fn fault(&self, name: &str) -> Option<String> {
        let known: Vec<&str> = self.names.iter().map(String::as_str).chain(PSEUDO).collect();
        if known.contains(&name) || (self.others && !name.starts_with("AWS::")) {
            return None;
        }
        let shown = escape(name);
        let near = nearest(name, &known).map_or(String::new(), |near| format!("; did you mean {}?", escape(near)));
        Some(if name.contains(':') {
            format!("there is no pseudo parameter {shown}{near}")
        } else {
            format!("no template declares the parameter {shown}{near}")
        })
    }
}

/// The known name that is nearest, if it can be meant.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower: String = name.chars().take(100).collect::<String>().to_lowercase();
    let apart = |known: &&'k str| (distance::between(&lower, &known.to_lowercase()), *known);
    let (least, near) = known.iter().map(apart).min()?;
    (least <= near.len() / 3).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(templates: &[&str], given: &str) -> Vec<String> {
        let mut declared = Declared::default();
        for text in templates {
            declared.add(Declared::of(&Source::new("t", *text)));
        }
        declared.unknown(&[(given.to_owned(), "1".to_owned())])
    }

    #[test]
    fn one_template_that_declares_it_is_enough() {
        let templates = ["Parameters:\n  Stage: {Type: String}\n", "Parameters:\n  Origin: {Type: String}\n"];
        assert!(faults(&templates, "Stage").is_empty() && faults(&templates, "Origin").is_empty());
        assert_eq!(faults(&templates, "stage"), ["no template declares the parameter stage; did you mean Stage?"]);
        assert_eq!(faults(&templates, "Nope"), ["no template declares the parameter Nope"]);
    }

    #[test]
    fn pseudo_parameters_are_declared_nowhere() {
        assert!(faults(&["a: 1\n"], "AWS::Region").is_empty());
        assert_eq!(
            faults(&["a: ["], "AWS::Regoin"),
            ["there is no pseudo parameter AWS::Regoin; did you mean AWS::Region?"]
        );
    }

    #[test]
    fn what_is_not_known_is_not_wrong() {
        assert!(faults(&[], "Nope").is_empty());
        assert!(faults(&["Parameters: {A: {Type: String}}\nResources: [\n"], "Nope").is_empty());
        assert!(faults(&["x: &x {A: 1}\nParameters: {<<: *x}\n"], "A").is_empty());
    }
}
