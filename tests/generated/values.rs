//! Mapping values and keys, right and wrong.

use super::node::{Entry, Grade, Node, call, entry, list, text};
use super::template::Draft;

/// Where a mapping stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Request,
    Response,
    Gateway,
}

const STATIC: [&str; 14] = [
    "*",
    "GET,POST",
    "GET, POST",
    "no-cache",
    "true",
    "86400",
    "https://example.com",
    "Größe 日本",
    "a: b",
    "x #y",
    "{\"a\": 1}",
    "default-src https:",
    "é,[ü]",
    "-",
];

const MISSPELT_RESPONSE: [(&str, &str); 6] = [
    ("integration.response.headers.X-Id", "integration.response.header.X-Id"),
    ("Integration.Response.Header.X-Id", "integration.response.header.X-Id"),
    ("integration.response.body.$.id", "integration.response.body.id"),
    ("integration.response.body.$[0].id", "integration.response.body[0].id"),
    ("$integration.response.header.X-Id", "integration.response.header.X-Id"),
    ("integraton.response.header.X-Id", "integration.response.header.X-Id"),
];
const MISSPELT_REQUEST: [(&str, &str); 3] = [
    ("method.request.headers.Origin", "method.request.header.Origin"),
    ("method.request.querystrings.q", "method.request.querystring.q"),
    ("method.request.body.$.id", "method.request.body.id"),
];
const MISSPELT_ANYWHERE: [(&str, &str); 5] = [
    ("$context.requestId", "context.requestId"),
    ("${context.requestId}", "context.requestId"),
    ("context.requestid", "context.requestId"),
    ("stagevariables.x", "stageVariables.x"),
    ("stageVariable.origin", "stageVariables.origin"),
];

fn quoted(inside: &str) -> String {
    format!("'{inside}'")
}

impl Draft<'_> {
    /// The value of a mapping, perhaps with a defect.
    pub(crate) fn mapping_value(&mut self, place: Place) -> Node {
        match self.tape.pick(16) {
            0..=4 => self.right_value(place),
            5..=7 => self.unquoted_literal(),
            8 | 9 => self.misspelt(place),
            10 => self.unquoted_sub(),
            11 => self.unquoted_join(),
            12 => self.unquoted_parameter(),
            13 => self.unquoted_map_entry(),
            14 => self.nothing(),
            _ => {
                let (left, right) = (self.simple_value(place), self.simple_value(place));
                call("Fn::If", list([text("IsProd"), left, right]))
            }
        }
    }

    fn simple_value(&mut self, place: Place) -> Node {
        match self.tape.pick(3) {
            0 => self.right_value(place),
            1 => self.unquoted_literal(),
            _ => self.misspelt(place),
        }
    }

    pub(crate) fn right_value(&mut self, place: Place) -> Node {
        match (self.tape.pick(6), place) {
            (0 | 1, _) => text(quoted(self.tape.one_of(&STATIC))),
            (2, Place::Response) => text("integration.response.header.X-Id"),
            (2, Place::Request | Place::Gateway) => text("method.request.header.Origin"),
            (3, _) => text("context.requestId"),
            (4, _) => call("Fn::Sub", text("'${Origin}'")),
            _ => call("Fn::Join", list([text(""), list([text("'"), call("Ref", text("Origin")), text("'")])])),
        }
    }

    fn unquoted_literal(&mut self) -> Node {
        self.expect("unquoted-static-value");
        let inside = self.tape.one_of(&STATIC);
        let bad = match self.tape.pick(6) {
            // With such quotes inside, the outer ones belong to the text.
            0 if !inside.contains('"') => text(format!("\"{inside}\"")),
            1 if inside == "86400" => Node::Int(86400),
            2 if inside == "true" => Node::Bool(true),
            3 => text(format!("'{inside}")),
            4 => text(format!(" {inside}")),
            _ => text(inside),
        };
        Grade::Safe.plant(bad, text(quoted(inside)))
    }

    fn misspelt(&mut self, place: Place) -> Node {
        self.expect("misspelt-mapping-expression");
        let own: &[(&str, &str)] = if place == Place::Response { &MISSPELT_RESPONSE } else { &MISSPELT_REQUEST };
        let (bad, good) = if self.tape.chance(50) { self.tape.one_of(&MISSPELT_ANYWHERE) } else { self.tape.one_of(own) };
        Grade::Safe.plant(text(bad), text(good))
    }

    fn unquoted_sub(&mut self) -> Node {
        self.expect("unquoted-static-value");
        let bad = self.tape.one_of(&["https://${Domain}", "${AWS::Region}", "https://${AWS::AccountId}.example.com"]);
        call("Fn::Sub", Grade::Safe.plant(text(bad), text(quoted(bad))))
    }

    fn unquoted_join(&mut self) -> Node {
        self.expect("unquoted-static-value");
        let domain = || call("Ref", text("Domain"));
        match self.tape.pick(3) {
            0 => {
                let (first, last) =
                    (Grade::Safe.plant(text("GET"), text("'GET")), Grade::Safe.plant(text("POST"), text("POST'")));
                call("Fn::Join", list([text(","), list([first, text("PUT"), last])]))
            }
            1 => {
                let first = Grade::Safe.plant(text("https://"), text("'https://"));
                let last = Grade::Safe.plant(text("/x"), text("/x'"));
                call("Fn::Join", list([text(""), list([first, domain(), last])]))
            }
            _ => {
                let quote = || Grade::Safe.item(false, true, text("'"));
                let middle = [call("Ref", text("AWS::Region")), text("."), domain()].map(super::node::item);
                let mut items = vec![quote()];
                items.extend(middle);
                items.push(quote());
                call("Fn::Join", list([text(""), Node::List(items)]))
            }
        }
    }

    /// A parameter whose default lacks its quotes: repaired there, or at the use where it is used otherwise.
    fn unquoted_parameter(&mut self) -> Node {
        let name = format!("Given{}", self.parameters.len());
        let inside = self.tape.one_of(&["*", "https://example.com", "GET,POST"]);
        let elsewhere = self.tape.chance(40);
        self.expect("unquoted-static-value");
        let reference = || call("Ref", text(name.as_str()));
        let kind = entry("Type", text("String"));
        if elsewhere {
            self.parameters.push(entry(&name, Node::Map(vec![kind, entry("Default", text(inside))])));
            self.outputs.push(entry(&format!("Out{name}"), Node::Map(vec![entry("Value", reference())])));
            return Grade::Safe.plant(reference(), call("Fn::Sub", text(format!("'${{{name}}}'"))));
        }
        let default = Grade::Safe.plant(text(inside), text(quoted(inside)));
        self.parameters.push(entry(&name, Node::Map(vec![kind, entry("Default", default)])));
        reference()
    }

    fn unquoted_map_entry(&mut self) -> Node {
        self.expect("unquoted-static-value");
        let name = format!("Kept{}", self.maps.len());
        let inside = self.tape.one_of(&["*", "https://example.com", "GET,POST"]);
        let value = Grade::Safe.plant(text(inside), text(quoted(inside)));
        let map = Node::Map(vec![entry("cors", Node::Map(vec![entry("Origin", value), entry("Other", text("'y'"))]))]);
        self.maps.push(entry(&name, map));
        call("Fn::FindInMap", list([text(name), text("cors"), text("Origin")]))
    }

    /// An expression that cannot be read here, which has no fix.
    fn nothing(&mut self) -> Node {
        self.expect("illegal-mapping-source");
        let unreadable = text("integration.request.header.X-Id");
        Grade::None.plant(unreadable.clone(), unreadable)
    }

    /// A mapping whose key may be misspelt.
    pub(crate) fn mapping(&mut self, place: Place, header: &str) -> Entry {
        let value = self.mapping_value(place);
        let prefix = match place {
            Place::Request => "integration.request.header.",
            Place::Response => "method.response.header.",
            Place::Gateway => "gatewayresponse.header.",
        };
        self.keyed(prefix, header, value)
    }

    pub(crate) fn keyed(&mut self, prefix: &str, header: &str, value: Node) -> Entry {
        let good = format!("{prefix}{header}");
        if !self.tape.chance(15) {
            return entry(&good, value);
        }
        let bare_taken = prefix.starts_with("integration.") || prefix.starts_with("method.request");
        let bad = match self.tape.pick(4) {
            0 => good.replacen("header", "headers", 1),
            1 => good.replacen("header", "Header", 1),
            2 if !bare_taken => header.to_owned(),
            _ => format!("${good}"),
        };
        self.expect("wrong-mapping-destination");
        Grade::Safe.entry(Some(&bad), Some(&good), value)
    }
}
