//! The routes of an input: for each path and method who may call it, what it calls, and what clients get.
//!
//! This is what the model knows, in words. Nothing is judged here, and what is unknown is shown as unknown.

mod apis;
mod integration;
mod model;
mod response;
mod value;

pub use model::{
    Api, Authorization, Backend, Counts, GatewayResponse, Header, HeaderKind, Integration, Method, Possibility, Response,
    Routes, Selection, SelectionKind, Sent, Template, Value,
};

use crate::api;
use crate::engine::{Checked, Document, Options, check_tree};
use crate::syntax;
use crate::template;
use crate::text::Source;

/// Reads the routes of one input, and checks it.
///
/// Of a text that is no template, or is broken, there are none; what was found in it says why.
///
/// # Examples
/// ```
/// use cfn_igr::{Options, Source, routes};
/// let text = "Resources:\n  Get: {Type: AWS::ApiGateway::Method, Properties: {HttpMethod: GET}}\n";
/// let (routes, _) = routes::read(&Source::new("t.yaml", text), &Options::default());
/// assert_eq!(routes.apis[0].methods[0].path, "…");
/// ```
pub fn read(source: &Source, options: &Options) -> (Routes, Checked) {
    let tree = syntax::parse(source);
    let checked = check_tree(&tree, options);
    let routes = match checked.document {
        Document::Template => {
            let template = template::Template::new(&tree, &options.inputs);
            apis::Reader::new(&template, &api::read(&template), &checked.findings).routes()
        }
        Document::Other | Document::Broken => Routes::default(),
    };
    (routes, checked)
}
