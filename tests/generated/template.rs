//! Templates with methods and gateway responses, right but for the planted defects.

use std::collections::BTreeMap;

use super::node::{Entry, Grade, Item, Node, call, entry, item, list, text};
use super::tape::Tape;
use super::values::Place;

/// A template under construction.
pub(crate) struct Draft<'t> {
    pub(crate) tape: &'t mut Tape,
    /// How many findings of each rule are planted.
    pub(crate) planted: BTreeMap<&'static str, usize>,
    pub(crate) parameters: Vec<Entry>,
    pub(crate) maps: Vec<Entry>,
    pub(crate) outputs: Vec<Entry>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Backend {
    Http,
    Mock,
    Lambda,
    HttpProxy,
    LambdaProxy,
}

/// A defect of the lists of responses; one for each method.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Defect {
    None,
    NoMethodResponse,
    NoMethodResponses,
    EmptyMethodResponses,
    CopiedResponse,
    CopiedMethodResponse,
    BlankStatus,
    BlankMethodStatus,
    DefaultHasPattern,
    TwoDefaults,
    NoTemplate,
}

const FUNCTION: &str = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations";
const HEADERS: [&str; 4] = ["X-Id", "X-Kind", "Cache-Control", "X_Trace"];

impl Draft<'_> {
    pub(crate) fn expect(&mut self, rule: &'static str) {
        *self.planted.entry(rule).or_insert(0) += 1;
    }

    pub(crate) fn template(&mut self) -> Node {
        let mut resources = vec![
            entry("Api", resource("AWS::ApiGateway::RestApi", vec![entry("Name", text("pets"))])),
            entry("Fn", resource("AWS::SNS::Topic", vec![])),
        ];
        for at in 0..self.tape.one_of(&[1, 1, 1, 2]) {
            let method = self.method();
            resources.push(entry(&format!("Method{at}"), method));
        }
        if self.tape.chance(40) {
            let response = self.gateway_response();
            resources.push(entry("Denied", response));
        }
        let parameter = |default: &str| Node::Map(vec![entry("Type", text("String")), entry("Default", text(default))]);
        let mut parameters =
            vec![entry("Origin", parameter("*")), entry("Domain", Node::Map(vec![entry("Type", text("String"))]))];
        parameters.append(&mut self.parameters);
        let is_prod = call("Fn::Equals", list([call("Ref", text("AWS::StackName")), text("prod")]));
        let mut sections = vec![
            entry("Metadata", Node::Map(vec![entry("Nothing", Node::Null), entry("None", list([]))])),
            entry("Parameters", Node::Map(parameters)),
            entry("Conditions", Node::Map(vec![entry("IsProd", is_prod)])),
            entry("Resources", Node::Map(resources)),
        ];
        if !self.maps.is_empty() {
            sections.push(entry("Mappings", Node::Map(std::mem::take(&mut self.maps))));
        }
        if !self.outputs.is_empty() {
            sections.push(entry("Outputs", Node::Map(std::mem::take(&mut self.outputs))));
        }
        if self.tape.chance(30) {
            sections.push(entry("Description", text("Größe der Tiere, 日本 𝄞")));
        }
        let mut template = Node::Map(sections);
        if self.tape.chance(50) {
            template.shuffle(self.tape);
        }
        template
    }

    fn gateway_response(&mut self) -> Node {
        let count = 1 + self.tape.pick(3);
        let headers = (0..count).map(|at| self.mapping(Place::Gateway, HEADERS[at])).collect();
        let mut properties = vec![
            entry("RestApiId", call("Ref", text("Api"))),
            entry("ResponseType", text("ACCESS_DENIED")),
            entry("ResponseParameters", Node::Map(headers)),
        ];
        if self.tape.chance(30) {
            let status = if self.tape.chance(40) {
                self.expect("invalid-status-code");
                Grade::Safe.plant(text("403 "), text("403"))
            } else {
                text("403")
            };
            properties.push(entry("StatusCode", status));
        }
        resource("AWS::ApiGateway::GatewayResponse", properties)
    }

    fn method(&mut self) -> Node {
        let backend =
            self.tape.one_of(&[Backend::Http, Backend::Mock, Backend::Lambda, Backend::HttpProxy, Backend::LambdaProxy]);
        let mut properties = vec![
            entry("RestApiId", call("Ref", text("Api"))),
            entry("ResourceId", call("Fn::GetAtt", list([text("Api"), text("RootResourceId")]))),
            entry("HttpMethod", text("GET")),
            entry("AuthorizationType", text("NONE")),
        ];
        let mut declared = ["header.Origin", "querystring.q"]
            .map(|name| entry(&format!("method.request.{name}"), Node::Bool(false)))
            .to_vec();
        if self.tape.chance(25) {
            declared.push(self.keyed("method.request.header.", "X-Other", Node::Bool(true)));
        }
        properties.push(entry("RequestParameters", Node::Map(declared)));
        let mut integration = self.integration(backend);
        if matches!(backend, Backend::HttpProxy | Backend::LambdaProxy) {
            self.proxy_responses(&mut integration, &mut properties);
        } else {
            self.responses(backend, &mut integration, &mut properties);
        }
        properties.push(entry("Integration", Node::Map(integration)));
        resource("AWS::ApiGateway::Method", properties)
    }

    fn integration(&mut self, backend: Backend) -> Vec<Entry> {
        let kind = match backend {
            Backend::Http => "HTTP",
            Backend::Mock => "MOCK",
            Backend::Lambda => "AWS",
            Backend::HttpProxy => "HTTP_PROXY",
            Backend::LambdaProxy => "AWS_PROXY",
        };
        let mut entries = vec![entry("Type", text(kind))];
        match backend {
            Backend::Mock => return entries,
            Backend::Http | Backend::HttpProxy => {
                entries.push(entry("IntegrationHttpMethod", text("GET")));
                entries.push(entry("Uri", text("https://pets.example.com/a?b=c#d")));
            }
            Backend::Lambda | Backend::LambdaProxy => {
                let method = self.lambda_method();
                entries.push(entry("IntegrationHttpMethod", method));
                entries.push(entry("Uri", call("Fn::Sub", text(FUNCTION))));
            }
        }
        if self.tape.chance(20) {
            let handling = self.content_handling();
            entries.push(entry("ContentHandling", handling));
        }
        // A function behind a proxy sees no mapping.
        if self.tape.chance(25) && !matches!(backend, Backend::LambdaProxy) {
            let mapping = self.mapping(Place::Request, "X-From");
            entries.push(entry("RequestParameters", Node::Map(vec![mapping])));
        }
        entries
    }

    fn lambda_method(&mut self) -> Node {
        if !self.tape.chance(25) {
            return text("POST");
        }
        self.expect("lambda-integration-not-post");
        let post = |bad: &str| Grade::Safe.plant(text(bad), text("POST"));
        if self.tape.chance(25) {
            return call("Fn::If", list([text("IsProd"), post("GET"), post("ANY")]));
        }
        post("GET")
    }

    fn content_handling(&mut self) -> Node {
        if !self.tape.chance(40) {
            return text("CONVERT_TO_TEXT");
        }
        self.expect("invalid-content-handling");
        let (bad, good) = self.tape.one_of(&[
            ("convert_to_text", "CONVERT_TO_TEXT"),
            ("BINARY", "CONVERT_TO_BINARY"),
            ("CONVERT_TO_BASE64", "CONVERT_TO_BINARY"),
        ]);
        let planted = Grade::Safe.plant(text(bad), text(good));
        if self.tape.chance(25) {
            return call("Fn::If", list([text("IsProd"), planted, call("Ref", text("AWS::NoValue"))]));
        }
        planted
    }

    /// A proxy whose integration responses are ignored.
    fn proxy_responses(&mut self, integration: &mut Vec<Entry>, properties: &mut Vec<Entry>) {
        let header = "method.response.header.X-Id";
        let mut answer = vec![entry("StatusCode", text("200"))];
        match self.tape.pick(3) {
            0 => return,
            1 => {
                answer.push(entry("ResponseParameters", Node::Map(vec![entry(header, text("'x'"))])));
                integration.push(Grade::Safe.entry(Some("IntegrationResponses"), None, list([Node::Map(answer)])));
            }
            _ => integration.push(Grade::Unsafe.entry(Some("IntegrationResponses"), None, list([Node::Map(answer)]))),
        }
        properties.push(entry("MethodResponses", list([Node::Map(vec![entry("StatusCode", text("200"))])])));
        self.expect("integration-response-on-proxy");
    }

    fn responses(&mut self, backend: Backend, integration: &mut Vec<Entry>, properties: &mut Vec<Entry>) {
        let defect = self.defect(backend);
        let count = if defect == Defect::NoTemplate { 1 } else { 1 + self.tape.pick(3) };
        let count = if defect == Defect::TwoDefaults { count.max(2) } else { count };
        if backend == Backend::Mock {
            let template = self.request_templates(defect);
            integration.push(template);
        }
        let mut answers: Vec<Item> = Vec::new();
        let mut declared: Vec<Item> = Vec::new();
        for (at, status) in ["200", "404", "500"].into_iter().take(count).enumerate() {
            let last = at + 1 == count;
            let missing = match defect {
                Defect::NoMethodResponse => last,
                Defect::NoMethodResponses | Defect::EmptyMethodResponses => true,
                _ => false,
            };
            let simple = missing || matches!(defect, Defect::CopiedResponse | Defect::CopiedMethodResponse);
            let (headers, declarations) = self.headers(status, simple);
            let answer = self.answer(backend, defect, status, last, headers);
            let declaration = self.declaration(defect, status, last, declarations);
            if missing {
                self.expect("missing-method-response");
            }
            answers.push(item(answer));
            declared.push(if missing { Grade::Safe.item(false, true, declaration) } else { item(declaration) });
        }
        match defect {
            Defect::CopiedResponse => self.copy_one(&mut answers),
            Defect::CopiedMethodResponse => self.copy_one(&mut declared),
            _ => {}
        }
        integration.push(entry("IntegrationResponses", Node::List(answers)));
        properties.push(match defect {
            Defect::NoMethodResponses => Grade::Safe.entry(None, Some("MethodResponses"), Node::List(declared)),
            Defect::EmptyMethodResponses => {
                entry("MethodResponses", Grade::Safe.plant(Node::List(Vec::new()), Node::List(declared)))
            }
            _ => entry("MethodResponses", Node::List(declared)),
        });
    }

    /// Puts a copy of a response that has no defect behind it.
    fn copy_one(&mut self, responses: &mut Vec<Item>) {
        let from = self.tape.pick(responses.len());
        // A function in its short and in its long form is not yet known to be the same.
        if responses[from].value.is_settled() && !responses[from].value.has_call() {
            self.expect("duplicate-status-code");
            let at = from + 1 + self.tape.pick(responses.len() - from);
            responses.insert(at, Grade::Safe.item(true, false, responses[from].value.clone()));
        }
    }

    fn defect(&mut self, backend: Backend) -> Defect {
        let defect = self.tape.one_of(&[
            Defect::None,
            Defect::None,
            Defect::None,
            Defect::NoMethodResponse,
            Defect::NoMethodResponses,
            Defect::EmptyMethodResponses,
            Defect::CopiedResponse,
            Defect::CopiedMethodResponse,
            Defect::BlankStatus,
            Defect::BlankMethodStatus,
            Defect::DefaultHasPattern,
            Defect::TwoDefaults,
            Defect::NoTemplate,
        ]);
        match (defect, backend) {
            (Defect::NoTemplate, Backend::Mock) | (Defect::TwoDefaults, Backend::Http) => defect,
            (Defect::NoTemplate | Defect::TwoDefaults, _) | (Defect::DefaultHasPattern, Backend::Mock) => Defect::None,
            _ => defect,
        }
    }

    fn request_templates(&mut self, defect: Defect) -> Entry {
        let good = "{\"statusCode\": 200}";
        let templates = |node: Node| entry("RequestTemplates", Node::Map(vec![entry("application/json", node)]));
        if defect != Defect::NoTemplate {
            if !self.tape.chance(40) {
                return templates(text(good));
            }
            self.expect("mock-without-status-code");
            let bad = self.tape.one_of(&["{\"statusCode\": \"200\"}", "{\"statuscode\": 200}", "{\"status\": 200}"]);
            return templates(Grade::Safe.plant(text(bad), text(good)));
        }
        self.expect("mock-without-status-code");
        let map = || Node::Map(vec![entry("application/json", text(good))]);
        match self.tape.pick(4) {
            0 => Grade::Safe.entry(None, Some("RequestTemplates"), map()),
            1 => entry("RequestTemplates", Grade::Safe.plant(Node::Map(Vec::new()), map())),
            2 => templates(Grade::Safe.plant(text(""), text(good))),
            _ => templates(Grade::Safe.plant(text("{}"), text(good))),
        }
    }

    /// Mapped headers of one status, and their declarations.
    fn headers(&mut self, status: &str, simple: bool) -> (Vec<Entry>, Vec<Entry>) {
        let (mut mapped, mut declared) = (Vec::new(), Vec::new());
        for at in 0..self.tape.pick(4) {
            let header = HEADERS[(at + usize::from(status == "404")) % HEADERS.len()];
            let name = format!("method.response.header.{header}");
            match self.tape.pick(if simple { 2 } else { 8 }) {
                0..=3 => {
                    mapped.push(self.mapping(Place::Response, header));
                    declared.push(entry(&name, Node::Bool(true)));
                }
                4 => {
                    self.expect("undeclared-response-header");
                    let value = self.mapping_value(Place::Response);
                    mapped.push(entry(&name, value));
                    declared.push(Grade::Safe.entry(None, Some(&name), Node::Bool(true)));
                }
                5 => {
                    self.expect("undeclared-response-header");
                    let value = self.mapping_value(Place::Response);
                    mapped.push(Grade::Safe.entry(Some(&name.to_lowercase()), Some(&name), value));
                    declared.push(entry(&name, Node::Bool(true)));
                }
                6 => {
                    self.expect("method-response-header-not-boolean");
                    let value = self.mapping_value(Place::Response);
                    mapped.push(entry(&name, value));
                    declared.push(entry(&name, Grade::Safe.plant(text("'x'"), Node::Bool(true))));
                }
                _ => {
                    self.expect("method-response-header-not-boolean");
                    mapped.push(Grade::Safe.entry(None, Some(&name), text("'no-store'")));
                    declared.push(entry(&name, Grade::Safe.plant(text("'no-store'"), Node::Bool(true))));
                }
            }
        }
        (mapped, declared)
    }

    fn answer(&mut self, backend: Backend, defect: Defect, status: &str, last: bool, headers: Vec<Entry>) -> Node {
        let code = match defect {
            Defect::BlankStatus if last && headers.is_empty() => {
                self.expect("invalid-status-code");
                let blank = self.tape.one_of(&[" ", "  ", "\t"]);
                Grade::Safe.plant(text(format!("{status}{blank}")), text(status))
            }
            _ => text(status),
        };
        let mut entries = vec![entry("StatusCode", code)];
        entries.extend(self.pattern(backend, defect, status));
        self.parameters_of(&mut entries, headers);
        if self.tape.chance(10) {
            let handling = self.content_handling();
            entries.push(entry("ContentHandling", handling));
        }
        if self.tape.chance(10) {
            let template = text("#set($a = 1)\n{\"id\": \"$a\"}\n");
            entries.push(entry("ResponseTemplates", Node::Map(vec![entry("application/json", template)])));
        }
        Node::Map(entries)
    }

    fn declaration(&mut self, defect: Defect, status: &str, last: bool, headers: Vec<Entry>) -> Node {
        let code = if defect == Defect::BlankMethodStatus && last && headers.is_empty() {
            self.expect("invalid-status-code");
            Grade::Safe.plant(text(format!("{status} ")), text(status))
        } else {
            text(status)
        };
        let mut entries = vec![entry("StatusCode", code)];
        self.parameters_of(&mut entries, headers);
        Node::Map(entries)
    }

    /// ResponseParameters; where there is none before the repair, the map may be absent or empty.
    fn parameters_of(&mut self, entries: &mut Vec<Entry>, headers: Vec<Entry>) {
        if headers.is_empty() {
            return;
        }
        let comes = headers.iter().all(|entry| entry.keys[0].is_none());
        let map = Node::Map(headers);
        let absent = comes && self.tape.chance(60);
        entries.push(if absent {
            Grade::Safe.entry(None, Some("ResponseParameters"), map)
        } else {
            entry("ResponseParameters", map)
        });
    }

    /// The selection pattern of an answer.
    fn pattern(&mut self, backend: Backend, defect: Defect, status: &str) -> Option<Entry> {
        let key = Some("SelectionPattern");
        if status == "200" {
            if defect != Defect::DefaultHasPattern {
                return self.tape.chance(10).then(|| entry("SelectionPattern", text("")));
            }
            self.expect("missing-default-response");
            let pattern = text("200");
            if backend == Backend::Lambda {
                self.expect("status-pattern-on-lambda");
                return Some(Grade::Safe.entry(key, None, pattern));
            }
            return Some(Grade::Unsafe.entry(key, None, pattern));
        }
        if defect == Defect::TwoDefaults {
            if status == "404" {
                self.expect("duplicate-default-response");
            }
            return Some(Grade::Unsafe.entry(None, key, text(status)));
        }
        if defect == Defect::DefaultHasPattern {
            let pattern = if backend == Backend::Lambda { format!(".*\\[{status}\\].*") } else { status.to_owned() };
            return Some(entry("SelectionPattern", text(pattern)));
        }
        let pattern = if backend == Backend::Lambda { self.message_pattern(status) } else { self.status_pattern(status) };
        Some(entry("SelectionPattern", pattern))
    }

    fn status_pattern(&mut self, status: &str) -> Node {
        let class = &status[..1];
        let good = format!("{class}\\d{{2}}");
        let (rule, bad) = match self.tape.pick(8) {
            0..=2 => return text(status),
            3 => return text(good),
            4 => ("glob-as-selection-pattern", format!("{class}XX")),
            5 => ("glob-as-selection-pattern", format!("{class}**")),
            6 => ("escaped-selection-pattern", format!("{class}\\\\d{{2}}")),
            _ => ("escaped-selection-pattern", format!("{class}d{{2}}")),
        };
        self.expect(rule);
        Grade::Safe.plant(text(bad), text(good))
    }

    fn message_pattern(&mut self, status: &str) -> Node {
        let (rule, bad, good) = match self.tape.pick(6) {
            0 | 1 => return text(format!(".*\\[{status}\\].*")),
            2 => return text(format!("Error {status}: .+")),
            3 => ("glob-as-selection-pattern", format!("*Error {status}*"), format!(".*Error {status}.*")),
            4 => ("escaped-selection-pattern", format!(".*\\\\[{status}\\\\].*"), format!(".*\\[{status}\\].*")),
            _ => {
                let word = if status == "404" { "NotFound" } else { "ServerFault" };
                ("character-class-as-literal", format!(".*[{word}].*"), format!(".*\\[{word}\\].*"))
            }
        };
        self.expect(rule);
        Grade::Unsafe.plant(text(bad), text(good))
    }
}

fn resource(kind: &str, properties: Vec<Entry>) -> Node {
    let mut entries = vec![entry("Type", text(kind))];
    if !properties.is_empty() {
        entries.push(entry("Properties", Node::Map(properties)));
    }
    Node::Map(entries)
}
