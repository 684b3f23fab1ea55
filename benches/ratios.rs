//! The budgets, as ratios measured in one run: `make bench`.
//!
//! Absolute times are for reading only: machines differ and are shared. Templates are generated, so that
//! the figures can be had anywhere. A child of this program measures memory, since the peak of a process
//! never goes down.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement stops where it cannot be made, and prints its result"
)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cfn_igr::edit::Applicability;
use cfn_igr::text::Source;
use cfn_igr::{Options, check, fix, syntax};

/// Runs of each measurement; the median is told.
const RUNS: usize = 7;

fn main() {
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--child-load"), Some(path)) => child(&path, |source| drop(syntax::parse(source))),
        (Some("--child-check"), Some(path)) => child(&path, |source| drop(check(source, &Options::default()))),
        (Some("--repair"), _) => fixing(),
        (Some("--templates"), _) => mapping_templates(),
        (Some("--conditions"), _) => conditions(),
        (Some("--file"), Some(path)) => file(Path::new(&path)),
        _ => report(),
    }
}

fn report() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let one = folder.path().join("one.yaml");
    fs::write(&one, template(8, 0)).expect("a template");
    println!("{:<58} {:>12} {:>10}", "what", "measured", "budget");
    whole_process(&one);
    many(folder.path());
    #[cfg(feature = "guard")]
    guard::report(folder.path());
    mapping_templates();
    conditions();
    growth(folder.path());
    fixing();
}

fn whole_process(one: &Path) {
    let lines = fs::read_to_string(one).map_or(0, |text| text.lines().count());
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
        let status = command.args(["check", "--no-guard"]).arg(one).stdout(Stdio::null()).status();
        assert!(status.is_ok(), "the program starts");
    };
    let time = median(run);
    let empty = median(|| drop(Command::new("true").status()));
    row(&format!("one template of {lines} lines, whole process"), &millis(time), "5 ms");
    row("  of which starting any process", &millis(empty), "");
    row("  peak memory", &format!("{:.1} MB", peak("--child-check", one) / 1e6), "25 MB");
}

fn many(folder: &Path) {
    let many = folder.join("many");
    fs::create_dir(&many).expect("a folder");
    let texts: Vec<String> = (0..1000).map(|seed| template(2 + seed % 12, seed)).collect();
    for (at, text) in texts.iter().enumerate() {
        fs::write(many.join(format!("t{at}.yaml")), text).expect("a template");
    }
    let sources: Vec<_> = texts.iter().map(|text| Source::new("t.yaml", text.as_str())).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let scan = median(|| texts.iter().for_each(|text| scan(text)));
    let (checked, load) = in_turns(
        || sources.iter().for_each(|source| drop(check(source, &Options::default()))),
        || sources.iter().for_each(|source| drop(syntax::parse(source))),
    );
    row(&format!("1,000 templates ({:.1} MB): check / arena load", mega(bytes)), &ratio(checked, load), "1.3");
    row("  event scan / check", &ratio(scan, checked), "0.5");
    row("  check, one core", &format!("{:.1} MB/s", mega(bytes) / checked.as_secs_f64()), "");
    let process = |threads: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
        command
            .args(["check", "--no-guard"])
            .arg(&many)
            .env("RAYON_NUM_THREADS", threads)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        median(|| drop(command.status()))
    };
    row("  whole process, one thread / two", &ratio(process("1"), process("2")), "1.8");
}

/// Guard rules: the whole program, and beside the crate alone.
#[cfg(feature = "guard")]
mod guard {
    use std::io::Cursor;

    use cfn_guard::commands::Executable;
    use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType};
    use cfn_guard::utils::reader::{ReadBuffer, Reader};
    use cfn_guard::utils::writer::{WriteBuffer, Writer};
    use cfn_guard::{CommandBuilder, ValidateBuilder};
    use cfn_igr::guard::BUNDLED;
    use cfn_igr::{Guard, check_all};

    use super::{Command, Options, Path, Source, Stdio, fs, in_turns, median, millis, ratio, row, template};

    /// Templates in a call.
    const TOGETHER: usize = 50;

    const STAGE: &str = "  Stage:\n    Type: AWS::ApiGateway::Stage\n    Properties:\n      RestApiId: !Ref Api\n      StageName: prod\n      MethodSettings:\n        - ResourcePath: /*\n          HttpMethod: '*'\n          CachingEnabled: true\n          LoggingLevel: INFO\n          DataTraceEnabled: true\n";

    pub(super) fn report(folder: &Path) {
        let one = folder.join("stage.yaml");
        fs::write(&one, template(8, 0) + STAGE).expect("a template");
        for (what, also) in [("Guard rules that run by default", "cache-not-encrypted"), ("all Guard rules", "all")] {
            let run = || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
                command.args(["check", "--also", also]).arg(&one).stdout(Stdio::null()).stderr(Stdio::null());
                drop(command.status());
            };
            row(&format!("one template, whole process, {what}"), &millis(median(run)), "15 ms");
        }
        let texts: Vec<String> = (0..1000).map(|seed| template(2 + seed % 12, seed) + STAGE).collect();
        let sources: Vec<Source> = texts.iter().map(|text| Source::new("t.yaml", text.as_str())).collect();
        let options = Options { guard: Guard::bundled(), ..Options::default() };
        let on = BUNDLED.iter().filter(|rule| rule.on);
        let rules: Vec<String> = on.map(|rule| fs::read_to_string(rule.file).expect("a rule file")).collect();
        let (ours, crates) = in_turns(
            || sources.chunks(TOGETHER).for_each(|some| drop(check_all(some, &options))),
            || texts.chunks(TOGETHER).for_each(|some| alone(&rules, some)),
        );
        row("1,000 templates with Guard rules: check / cfn-guard alone", &ratio(ours, crates), "1.2");
    }

    /// The crate with the same rules on the same templates.
    fn alone(rules: &[String], templates: &[String]) {
        let payload = serde_json::json!({ "rules": rules, "data": templates }).to_string();
        let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload.into_bytes())));
        let mut writer = Writer::new_with_err(WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new())).expect("a writer");
        let command = ValidateBuilder::default().payload(true).structured(true).output_format(OutputFormatType::JSON);
        let command = command.show_summary(vec![ShowSummaryType::None]).try_build().expect("a command");
        command.execute(&mut writer, &mut reader).expect("an answer");
    }
}

/// Fifty methods with a template for the request and one for the response: the same in each, and another one in each.
fn mapping_templates() {
    let with = |text: &str| {
        text.replace("        IntegrationResponses:\n", &format!("{REQUEST}        IntegrationResponses:\n"))
            .replace("              application/json: |\n                {\"message\": \"not found\"}\n", RESPONSE)
    };
    let same = with(&template(50, 0));
    let mut number = 0;
    let other = same.split("\"requestId\":").collect::<Vec<_>>().into_iter().fold(String::new(), |text, part| {
        number += 1;
        if text.is_empty() { part.to_owned() } else { format!("{text}\"requestId{number}\":{part}") }
    });
    for (what, text) in [("100 mapping templates", same), ("100 different ones", other)] {
        let source = Source::new("t.yaml", text.as_str());
        let (checked, load) = in_turns(|| drop(check(&source, &Options::default())), || drop(syntax::parse(&source)));
        row(&format!("{what} ({:.2} MB): check / arena load", mega(text.len())), &ratio(checked, load), "2");
    }
}

const REQUEST: &str = r#"        RequestTemplates:
          application/json: |
            #set($root = $input.path('$'))
            {
              "operation": "create",
              "body": $input.json('$.pet'),
              "owner": "$util.escapeJavaScript($root.owner).replaceAll("\\'","'")",
              #if($input.params('dry') == "true")
              "dry": true,
              #end
              "names": [
                #foreach($name in $root.names)
                {"name": "$util.escapeJavaScript($name).replaceAll("\\'","'")"}#if($foreach.hasNext),#end
                #end
              ],
              "requestId": "$context.requestId"
            }
"#;

const RESPONSE: &str = r#"              application/json: |
                #set($message = $input.path('$.message'))
                #if($message != "")
                {"message": $input.json('$.message'), "requestId": "$context.requestId"}
                #else
                {"message": "not found", "requestId": "$context.requestId"}
                #end
"#;

/// Methods that exist under three hundred conditions, with preflights, deployments and values chosen by conditions.
fn conditions() {
    for methods in [250, 500, 1_000, 2_000] {
        let what = format!("{methods} methods, 300 conditions");
        let budget = if methods == 500 { "20 ms" } else { "" };
        beyond_load(&what, &Source::new("t.yaml", conditional(methods)), budget);
    }
}

/// A template of one's own: `make bench` does not know it.
fn file(path: &Path) {
    let source = Source::decode("t", fs::read(path).expect("a file")).expect("a text");
    beyond_load("this file", &source, "20 ms");
}

/// What a check costs beyond 1.3 times the arena load.
fn beyond_load(what: &str, source: &Source, budget: &str) {
    let (checked, load) = in_turns(|| drop(check(source, &Options::default())), || drop(syntax::parse(source)));
    let beyond = checked.saturating_sub(load.mul_f64(1.3));
    row(&format!("{what} ({:.2} MB): check - 1.3 x arena load", mega(source.text().len())), &millis(beyond), budget);
    row("  the check, the load", &format!("{}, {}", millis(checked), millis(load)), "");
}

/// Four methods and a preflight on each path, each under one of three hundred conditions.
fn conditional(methods: usize) -> String {
    let mut text = String::from("AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n");
    for at in 0..100 {
        let _ = writeln!(text, "  P{at}: {{Type: String, AllowedValues: ['on', 'off', 'maybe']}}");
    }
    text += "Conditions:\n";
    for at in 0..100 {
        let next = (at + 1) % 100;
        let _ = writeln!(text, "  C{at}: !Equals [!Ref P{at}, 'on']");
        let _ = writeln!(text, "  C{}: !And [!Condition C{at}, !Not [!Condition C{next}]]", at + 100);
        let _ = writeln!(text, "  C{}: !Or [!Condition C{}, !Equals [!Ref P{next}, 'maybe']]", at + 200, at + 100);
    }
    text += "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties: {Name: bench}\n";
    text += "  Deployment:\n    Type: AWS::ApiGateway::Deployment\n    Properties: {RestApiId: !Ref Api}\n    DependsOn:\n";
    for at in 0..methods {
        let _ = writeln!(text, "      - Method{at}");
    }
    for at in 0..methods {
        let verb = ["GET", "POST", "PUT", "DELETE", "OPTIONS"].get(at % 5).copied().unwrap_or_default();
        let (path, condition, other) = (at / 5, at * 7 % 300, at * 11 % 300);
        if at % 5 == 0 {
            let _ = writeln!(
                text,
                "  Path{path}:\n    Type: AWS::ApiGateway::Resource\n    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: p{path}}}"
            );
        }
        let kind = if verb == "OPTIONS" {
            "Type: MOCK\n        RequestTemplates: {application/json: '{\"statusCode\": 200}'}"
        } else {
            "Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://backend.example.com/"
        };
        let _ = write!(
            text,
            r#"  Method{at}:
    Type: AWS::ApiGateway::Method
    Condition: C{condition}
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Path{path}
      HttpMethod: {verb}
      AuthorizationType: NONE
      Integration:
        {kind}
        IntegrationResponses:
          - StatusCode: "200"
            ResponseParameters:
              method.response.header.Access-Control-Allow-Origin: !If [C{other}, "'https://a.example.com'", "'*'"]
              method.response.header.Access-Control-Allow-Methods: "'GET,POST,PUT,DELETE,OPTIONS'"
              method.response.header.Access-Control-Allow-Headers: !If [C{condition}, "'Content-Type'", !Ref "AWS::NoValue"]
          - !If
            - C{other}
            - StatusCode: "404"
              SelectionPattern: "404"
            - !Ref AWS::NoValue
      MethodResponses:
        - StatusCode: "200"
          ResponseParameters:
            method.response.header.Access-Control-Allow-Origin: true
            method.response.header.Access-Control-Allow-Methods: true
            method.response.header.Access-Control-Allow-Headers: true
        - StatusCode: "404"
"#
        );
    }
    text
}

fn growth(folder: &Path) {
    let mut per_byte = Vec::new();
    for methods in [20, 200, 2_000, 20_000, 100_000] {
        let text = template(methods, 0);
        let path = folder.join("large.yaml");
        fs::write(&path, &text).expect("a template");
        let source = Source::new("t.yaml", text.as_str());
        let time = if methods > 1_000 {
            once(|| drop(check(&source, &Options::default())))
        } else {
            median(|| drop(check(&source, &Options::default())))
        };
        per_byte.push(time.as_secs_f64() / mega(text.len()));
        let name = format!("{:.2} MB, YAML: time for a megabyte / that of the smallest", mega(text.len()));
        row(&name, &format!("{:.2}", per_byte.last().unwrap_or(&0.0) / per_byte.first().unwrap_or(&1.0)), "linear");
        if methods >= 20_000 {
            let (load, check) = (peak("--child-load", &path), peak("--child-check", &path));
            let size = mega(text.len()) * 1e6;
            row("  peak memory / size: load, check", &format!("{:.1}, {:.1}", load / size, check / size), "12");
        }
    }
}

/// What a repair costs, in checks of the same text.
fn fixing() {
    let quoted = "Cache-Control: \"'no-store'\"";
    let whole = template(800, 0);
    let one = whole.replacen(quoted, "Cache-Control: no-store", 1);
    repair_of("one finding", &one, 1, "2.5");
    let every = whole.replace(quoted, "Cache-Control: no-store");
    repair_of("a finding in each method", &every, 800, "");
    let header = "\n              method.response.header.Cache-Control";
    let copies = (0..40)
        .fold(String::new(), |copies, at| copies + &format!("\n              method.response.header.X{at}: no-store"));
    let many = template(250, 0).replace(header, &format!("{copies}{header}"));
    repair_of("twenty thousand findings", &many, 20_000, "");
    let shared = many.replacen("Origin:\n", "Origin: &origin\n", 1) + "Metadata:\n  Other: *origin\n";
    repair_of("the same and an alias", &shared, 20_000, "");
    let hopeless = many.replace("no-store\n", "method.request.header.Never\n");
    repair_of("ten thousand findings without a fix", &hopeless, 10_000, "");
}

fn repair_of(what: &str, text: &str, findings: usize, budget: &str) {
    let source = Source::new("t.yaml", text);
    let fixed = fix(&source, &Options::default(), Applicability::Safe);
    assert_eq!(fixed.applied.len(), findings, "repaired findings");
    let options = Options::default();
    let (repaired, checked) =
        in_turns(|| drop(fix(&source, &options, Applicability::Safe)), || drop(check(&source, &options)));
    row(&format!("{:.2} MB with {what}: repair / check", mega(text.len())), &ratio(repaired, checked), budget);
    row("  the check, the repair", &format!("{}, {}", millis(checked), millis(repaired)), "");
}

/// A template with this many methods, each on its own resource, in the shape people write.
fn template(methods: usize, seed: usize) -> String {
    let mut text = String::from(
        "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Origin:\n    Type: String\n    Default: \"'*'\"\nResources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Name: bench\n",
    );
    for at in 0..methods {
        let _ = write!(
            text,
            r#"  Resource{at}:
    Type: AWS::ApiGateway::Resource
    Properties:
      RestApiId: !Ref Api
      ParentId: !GetAtt Api.RootResourceId
      PathPart: path{seed}x{at}
  # The method of resource {at}
  Method{at}:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Resource{at}
      HttpMethod: GET
      AuthorizationType: AWS_IAM
      Integration:
        Type: HTTP
        IntegrationHttpMethod: GET
        Uri: !Sub "https://backend.${{AWS::Region}}.example.com/{at}"
        IntegrationResponses:
          - StatusCode: "200"
            ResponseParameters:
              method.response.header.Access-Control-Allow-Origin: !Ref Origin
              method.response.header.Cache-Control: "'no-store'"
          - StatusCode: "404"
            SelectionPattern: "404"
            ResponseTemplates:
              application/json: |
                {{"message": "not found"}}
          - StatusCode: "500"
            SelectionPattern: 5\d{{2}}
      MethodResponses:
        - StatusCode: "200"
          ResponseParameters:
            method.response.header.Access-Control-Allow-Origin: true
            method.response.header.Cache-Control: true
        - StatusCode: "404"
        - StatusCode: "500"
"#
        );
    }
    text
}

fn scan(text: &str) {
    for event in granit_parser::Parser::new_from_str(text) {
        std::hint::black_box(event.is_ok());
    }
}

fn median(mut run: impl FnMut()) -> Duration {
    run();
    let mut times: Vec<_> = (0..RUNS).map(|_| once(&mut run)).collect();
    times.sort_unstable();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

/// The run with the median of the ratios. In turns, since the machine may be slower at one time than at another.
fn in_turns(mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    other();
    let mut times: Vec<_> = (0..3 * RUNS).map(|_| (once(&mut one), once(&mut other))).collect();
    let ratio = |times: &(Duration, Duration)| times.0.as_secs_f64() / times.1.as_secs_f64();
    times.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    times.get(3 * RUNS / 2).copied().unwrap_or_default()
}

fn once(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn child(path: &str, work: impl Fn(&Source)) {
    let source = Source::decode(path, fs::read(path).unwrap_or_default()).expect("a text");
    work(&source);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.unwrap_or("0 kB").trim().trim_end_matches(" kB"));
}

/// Peak memory of a child, in bytes; 0 where the system does not tell.
fn peak(mode: &str, path: &Path) -> f64 {
    let this: PathBuf = env::current_exe().expect("this program");
    let output = Command::new(this).arg(mode).arg(path).output().expect("a child");
    let kilobytes: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0.0);
    kilobytes * 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn ratio(one: Duration, other: Duration) -> String {
    format!("{:.2}", one.as_secs_f64() / other.as_secs_f64())
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn row(what: &str, measured: &str, budget: &str) {
    println!("{what:<58} {measured:>12} {budget:>10}");
}
