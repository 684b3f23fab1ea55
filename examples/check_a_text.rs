//! Checks a template that is a text in memory, prints what is wrong at which place, and the repaired text.
//!
//! `cargo run --example check_a_text`

#![expect(clippy::print_stdout, reason = "an example shows its result")]

use cfn_igr::edit::Applicability;
use cfn_igr::{Options, Source, check, fix};

const TEMPLATE: &str = r"
Resources:
  Denied:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: ACCESS_DENIED
      ResponseParameters:
        gatewayresponse.header.Access-Control-Allow-Origin: '*' # any site
";

fn main() {
    let source = Source::new("denied.yaml", TEMPLATE);
    let options = Options::default();

    for finding in check(&source, &options).findings {
        let at = source.position(finding.span.start());
        println!("{}:{}:{}: {}: {}", source.name(), at.line, at.column, finding.rule, finding.message);
    }

    let fixed = fix(&source, &options, Applicability::Safe);
    println!("{} repaired, {} left\n{}", fixed.applied.len(), fixed.remaining.findings.len(), fixed.text);
}
