//! From the text to the settings.

use std::collections::BTreeMap;

use super::{Config, ConfigError, FailOn, GUARD_KEYS, GuardSettings, KEYS};
use crate::edit::Applicability;
use crate::finding::{Category, Severity};
use crate::suppress::nearest;
use crate::syntax::{self, NodeId, ScalarType, Tree};
use crate::text::{Source, Span};

/// Reads a configuration. `rules` are the names of rules and categories that there are.
///
/// # Errors
/// The first thing that is wrong, with its place.
///
/// # Examples
/// ```
/// use cfn_igr::{Source, config};
/// let source = Source::new("cfn-igr.yaml", "ignore: [missing-preflight]\nfailon: error\n");
/// let error = config::read(&source, &["missing-preflight"]).unwrap_err();
/// assert_eq!(error.to_string(), "cfn-igr.yaml:2:1: there is no key `failon` here; did you mean `fail-on`?");
/// ```
pub fn read(source: &Source, rules: &[&str]) -> Result<Config, ConfigError> {
    let config = read_settings(source)?;
    // Rules of one's own have names of their own, which are known only with their files.
    if config.guard.rules.is_empty() {
        check_names(source, rules)?;
    }
    Ok(config)
}

/// Reads a configuration and leaves the names of rules to [`check_names`].
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn read_settings(source: &Source) -> Result<Config, ConfigError> {
    let tree = parsed(source)?;
    let reader = Reader { tree: &tree, rules: &[] };
    let mut config = Config::default();
    let Some(root) = tree.root().filter(|root| !tree.is_null(*root)) else { return Ok(config) };
    for (key, value) in reader.entries(root, "settings")? {
        match key {
            "select" => config.select = Some(reader.some_texts(value)?),
            "ignore" => config.ignore = reader.texts(value)?,
            "severity" => config.severity = reader.severities(value)?,
            "exclude" => config.exclude = reader.texts(value)?,
            "parameters" => config.parameters = reader.values(value)?,
            "parameter-files" => config.parameter_files = reader.texts(value)?,
            "guard" => config.guard = reader.guard(value)?,
            "fix" => config.fix = Some(reader.grade(value)?),
            "fail-on" => config.fail_on = Some(reader.fail_on(value)?),
            "baseline" => config.baseline = Some(reader.text(value)?.to_owned()),
            _ => return Err(reader.unknown_key(root, key, &KEYS)),
        }
    }
    Ok(config)
}

/// Looks for names of rules and categories that there are not.
///
/// # Errors
/// The first one, with its place and the nearest name.
pub fn check_names(source: &Source, rules: &[&str]) -> Result<(), ConfigError> {
    let tree = parsed(source)?;
    tree.root().map_or(Ok(()), |root| Reader { tree: &tree, rules }.check_names(root))
}

/// The tree of a text that can be read to its end and says nothing twice.
pub(super) fn parsed(source: &Source) -> Result<Tree<'_>, ConfigError> {
    let tree = syntax::parse(source);
    if let Some(error) = tree.errors().first() {
        return Err(ConfigError::at(source, error.span, error.message.clone()));
    }
    if let Some((_, later)) = tree.duplicates().first() {
        let key = tree.text(*later).unwrap_or("?");
        return Err(ConfigError::at(source, tree.span(*later), format!("the key `{key}` stands twice")));
    }
    Ok(tree)
}

pub(super) struct Reader<'r> {
    pub(super) tree: &'r Tree<'r>,
    pub(super) rules: &'r [&'r str],
}

impl<'r> Reader<'r> {
    pub(super) fn error(&self, node: NodeId, message: impl Into<String>) -> ConfigError {
        let span: Span = self.tree.span_with_tag(node);
        ConfigError::at(self.tree.source(), span, message)
    }

    /// The entries of a mapping.
    pub(super) fn entries(&self, node: NodeId, what: &str) -> Result<Vec<(&'r str, NodeId)>, ConfigError> {
        let target = self.tree.target(node);
        self.there(node)?;
        if !self.tree.is_mapping(target) || self.tree.tag(node).is_some() {
            return Err(self.error(node, format!("{what} are written as a mapping, `key: value`")));
        }
        let entry = |entry: syntax::Entry| {
            let key = self.tree.text(entry.key).ok_or_else(|| self.error(entry.key, "a key is a text"))?;
            Ok((key, entry.value))
        };
        self.tree.entries(target).map(entry).collect()
    }

    fn unknown_key(&self, mapping: NodeId, key: &str, known: &[&str]) -> ConfigError {
        let place = self.tree.entry(self.tree.target(mapping), key).map_or(mapping, |entry| entry.key);
        self.error(place, format!("there is no key `{key}` here{}", meant(key, known)))
    }

    /// A text, a number or a truth value, as it is written.
    pub(super) fn text(&self, node: NodeId) -> Result<&'r str, ConfigError> {
        let target = self.tree.target(node);
        self.there(node)?;
        let known = self.tree.tag(node).is_none();
        self.tree
            .text(target)
            .filter(|_| known)
            .ok_or_else(|| self.error(node, "one value stands here, no list and no mapping"))
    }

    /// Whether there is a value at all.
    fn there(&self, node: NodeId) -> Result<(), ConfigError> {
        let missing = self.tree.tag(node).is_none() && self.tree.is_null(self.tree.target(node));
        if missing { Err(self.error(node, "a value is missing")) } else { Ok(()) }
    }

    /// One text or a list of texts that is not empty.
    fn some_texts(&self, node: NodeId) -> Result<Vec<String>, ConfigError> {
        let texts = self.texts(node)?;
        if texts.is_empty() { Err(self.error(node, "nothing is selected")) } else { Ok(texts) }
    }

    /// One text or a list of texts.
    pub(super) fn texts(&self, node: NodeId) -> Result<Vec<String>, ConfigError> {
        let target = self.tree.target(node);
        if self.tree.is_sequence(target) {
            return self.tree.items(target).iter().map(|item| self.text(*item).map(str::to_owned)).collect();
        }
        Ok(vec![self.text(node)?.to_owned()])
    }

    /// Parameters: a list becomes one value with commas, as CloudFormation takes lists.
    pub(super) fn values(&self, node: NodeId) -> Result<BTreeMap<String, String>, ConfigError> {
        let value = |(key, value): (&str, NodeId)| Ok((key.to_owned(), self.texts(value)?.join(",")));
        self.entries(node, "parameters")?.into_iter().map(value).collect()
    }

    fn severities(&self, node: NodeId) -> Result<BTreeMap<String, Option<Severity>>, ConfigError> {
        let entries = self.entries(node, "severities")?;
        entries.into_iter().map(|(rule, value)| Ok((rule.to_owned(), self.severity(value)?))).collect()
    }

    fn severity(&self, node: NodeId) -> Result<Option<Severity>, ConfigError> {
        const KNOWN: [&str; 4] = ["error", "warning", "info", "off"];
        // YAML 1.1 reads `off` as false; what counts is what is written.
        Ok(match self.text(node)? {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "info" => Some(Severity::Info),
            "off" => None,
            other => return Err(self.error(node, format!("there is no severity `{other}`{}", meant(other, &KNOWN)))),
        })
    }

    fn fail_on(&self, node: NodeId) -> Result<FailOn, ConfigError> {
        const KNOWN: [&str; 4] = ["error", "warning", "info", "never"];
        Ok(match self.text(node)? {
            "error" => FailOn::Severity(Severity::Error),
            "warning" => FailOn::Severity(Severity::Warning),
            "info" => FailOn::Severity(Severity::Info),
            "never" => FailOn::Never,
            other => return Err(self.error(node, format!("a run cannot fail on `{other}`{}", meant(other, &KNOWN)))),
        })
    }

    fn grade(&self, node: NodeId) -> Result<Applicability, ConfigError> {
        match self.text(node)? {
            "safe" => Ok(Applicability::Safe),
            "unsafe" => Ok(Applicability::Unsafe),
            other => Err(self.error(node, format!("there are no `{other}` fixes{}", meant(other, &["safe", "unsafe"])))),
        }
    }

    fn guard(&self, node: NodeId) -> Result<GuardSettings, ConfigError> {
        let mut guard = GuardSettings::default();
        for (key, value) in self.entries(node, "settings of Guard rules")? {
            match key {
                "rules" => guard.rules = self.texts(value)?,
                "also" => guard.also = self.texts(value)?,
                "bundled" => guard.bundled = Some(self.truth(value)?),
                _ => return Err(self.unknown_key(node, key, &GUARD_KEYS)),
            }
        }
        Ok(guard)
    }

    fn truth(&self, node: NodeId) -> Result<bool, ConfigError> {
        let text = self.text(node)?;
        let known = text.parse().ok().filter(|_| self.tree.scalar_type(self.tree.target(node)) == Some(ScalarType::Bool));
        known.ok_or_else(|| self.error(node, "this is true or false"))
    }

    /// Looks for names of rules that there are not.
    fn check_names(&self, root: NodeId) -> Result<(), ConfigError> {
        let get = |node: NodeId, key: &str| self.tree.get(self.tree.target(node), key).map(|node| self.tree.target(node));
        let mut nodes: Vec<NodeId> =
            ["select", "ignore"].into_iter().filter_map(|key| get(root, key)).flat_map(|node| self.each(node)).collect();
        let severities = get(root, "severity");
        nodes.extend(severities.into_iter().flat_map(|node| self.tree.entries(node)).map(|entry| entry.key));
        let also = get(root, "guard").and_then(|guard| get(guard, "also")).map_or_else(Vec::new, |node| self.each(node));
        // A category switches nothing on.
        let categories = Category::ALL.map(Category::as_str);
        let rules: Vec<&str> = self.rules.iter().copied().filter(|name| !categories.contains(name)).collect();
        nodes.into_iter().try_for_each(|node| self.check_name(node, self.rules, "rule and no category"))?;
        also.into_iter().try_for_each(|node| self.check_name(node, &rules, "rule"))
    }

    fn check_name(&self, node: NodeId, known: &[&str], what: &str) -> Result<(), ConfigError> {
        let unknown = self.tree.text(self.tree.target(node)).filter(|name| !known.contains(name));
        unknown.map_or(Ok(()), |name| Err(self.error(node, format!("there is no {what} `{name}`{}", meant(name, known)))))
    }

    /// The items of a list, or what stands in place of one.
    fn each(&self, node: NodeId) -> Vec<NodeId> {
        if self.tree.is_sequence(node) { self.tree.items(node).to_vec() } else { vec![node] }
    }
}

fn meant(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.len() <= 12 => format!("; there is `{}`", known.join("`, `")),
        None => String::new(),
    }
}
