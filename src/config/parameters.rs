//! Files with values of template parameters, in the shapes that tools of AWS take:
//!
//! * a plain mapping, `{"Stage": "prod"}`;
//! * the list of the AWS CLI, `[{"ParameterKey": "Stage", "ParameterValue": "prod"}]` or `["Stage=prod"]`;
//! * the template configuration of `CodePipeline`, `{"Parameters": {"Stage": "prod"}, "Tags": {}, "StackPolicy": {}}`;
//! * the deployment file of Git sync, `template-file-path: t.yaml` and `parameters: {Stage: prod}`.

use std::collections::BTreeMap;

use super::ConfigError;
use super::read::{Reader, parsed};
use crate::syntax::NodeId;
use crate::text::Source;

/// What a file of parameters says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterFile {
    /// The only template that it is for, as a path from the root of the repository.
    pub template: Option<String>,
    /// The values.
    pub values: BTreeMap<String, String>,
}

/// Reads a file of parameters.
///
/// # Errors
/// The first thing that is wrong, with its place.
///
/// # Examples
/// ```
/// use cfn_igr::{Source, config};
/// let source = Source::new("p.json", "[{\"ParameterKey\": \"Stage\", \"ParameterValue\": \"prod\"}]");
/// assert_eq!(config::parameter_file(&source).unwrap().values["Stage"], "prod");
/// ```
pub fn parameter_file(source: &Source) -> Result<ParameterFile, ConfigError> {
    let tree = parsed(source)?;
    let reader = Reader { tree: &tree, rules: &[] };
    let Some(root) = tree.root() else { return Ok(ParameterFile::default()) };
    if tree.is_sequence(root) {
        let values = tree.items(root).iter().map(|item| one(&reader, *item)).collect::<Result<Vec<_>, _>>()?;
        return Ok(ParameterFile { template: None, values: values.into_iter().flatten().collect() });
    }
    let inside = |key: &str| tree.get(root, key).filter(|node| tree.is_mapping(tree.target(*node)));
    let template = tree.get(root, "template-file-path").map(|node| reader.text(node).map(str::to_owned)).transpose()?;
    let values = match (inside("Parameters"), &template) {
        (Some(values), _) => reader.values(values)?,
        (None, Some(_)) => inside("parameters").map_or(Ok(BTreeMap::new()), |values| reader.values(values))?,
        (None, None) => reader.values(root)?,
    };
    Ok(ParameterFile { template, values })
}

/// An item of the AWS CLI's list; none where the value is to stay what it was, which only the stack knows.
fn one(reader: &Reader<'_>, item: NodeId) -> Result<Option<(String, String)>, ConfigError> {
    let tree = reader.tree;
    if let Some(text) = tree.text(item) {
        let pair = text.split_once('=').ok_or_else(|| reader.error(item, "write it as Key=Value"))?;
        return Ok(Some((pair.0.to_owned(), pair.1.to_owned())));
    }
    let key = tree.get(item, "ParameterKey").ok_or_else(|| reader.error(item, "there is no ParameterKey here"))?;
    let key = reader.text(key)?;
    let value = tree.get(item, "ParameterValue");
    value.map(|value| Ok((key.to_owned(), reader.text(value)?.to_owned()))).transpose()
}
