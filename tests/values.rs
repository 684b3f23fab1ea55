//! What every intrinsic function evaluates to, as a table: the expression, and all it can be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use cfn_igr::syntax::parse;
use cfn_igr::template::{Datum, Inputs, Scope, Template};
use cfn_igr::text::Source;

const SECTIONS: &str = "
Parameters:
  Plain: {Type: String}
  Star: {Type: String, Default: '*'}
  Empty: {Type: String, Default: ''}
  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Looked: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}
  Hosts: {Type: CommaDelimitedList, Default: 'a, b'}
Mappings:
  Map:
    dev: {Origin: http://dev, List: [x, y]}
    prod: {Origin: http://prod}
  Regions:
    us-east-1: {Name: one}
    eu-west-1: {Name: two}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasOrigin: !Not [!Equals [!Ref Empty, '']]
  Either: !Equals [!Ref Plain, x]
";

/// All that `expression` can be: texts as they are shown, with the circumstances in brackets.
fn values(expression: &str) -> Vec<String> {
    values_given(expression, &[])
}

fn values_given(expression: &str, given: &[(&str, &str)]) -> Vec<String> {
    let source = Source::new("t", format!("{SECTIONS}\nX: {expression}\n"));
    let tree = parse(&source);
    assert!(tree.errors().is_empty(), "{expression}: {:?}", tree.errors());
    let parameters = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let inputs = Inputs { parameters };
    let template = Template::new(&tree, &inputs);
    let node = tree.get(tree.root().unwrap(), "X").unwrap();
    let shown = template.values(node, &Scope::default()).into_iter().map(|value| {
        let what = match &value.datum {
            Datum::Scalar(text, _) => text.to_string(),
            Datum::List(texts) => format!("{:?}", texts.iter().map(ToString::to_string).collect::<Vec<_>>()),
            Datum::Mapping(_) => "mapping".to_owned(),
            Datum::Sequence(_) => "sequence".to_owned(),
            Datum::Absent => "absent".to_owned(),
            Datum::Unknown => "unknown".to_owned(),
        };
        if value.when.is_always() { what } else { format!("{what} [{}]", value.when) }
    });
    shown.collect()
}

#[test]
fn references() {
    assert_eq!(values("!Ref Star"), ["*"]);
    assert_eq!(values("{Ref: Star}"), ["*"]);
    assert_eq!(values("!Ref Plain"), ["${Plain}"]);
    assert_eq!(values("!Ref Empty"), ["${Empty}"], "an empty default marks that nothing is given");
    assert_eq!(values("!Ref Looked"), ["${Looked}"], "the default is a name, not the value");
    assert_eq!(values("!Ref Env"), ["dev [when Env is 'dev']", "prod [when Env is 'prod']"]);
    assert_eq!(values("!Ref AWS::Region"), ["${AWS::Region}"]);
    assert_eq!(values("!Ref AWS::NoValue"), ["absent"]);
    assert_eq!(values("!Ref Bucket"), ["${Bucket}"]);
    assert_eq!(values("!Ref Hosts"), ["[\"a\", \"b\"]"]);
    assert_eq!(values("!GetAtt Fn.Arn"), ["${Fn.Arn}"]);
    assert_eq!(values("!GetAtt [Fn, Arn]"), ["${Fn.Arn}"]);
    assert_eq!(values_given("!Ref Plain", &[("Plain", "given")]), ["given"]);
    assert_eq!(values_given("!Ref AWS::Region", &[("AWS::Region", "eu-west-1")]), ["eu-west-1"]);
    assert_eq!(values_given("!Ref Env", &[("Env", "prod")]), ["prod"]);
}

#[test]
fn texts_are_put_together() {
    assert_eq!(values("!Sub \"'${Star}'\""), ["'*'"]);
    assert_eq!(values("!Sub \"${AWS::StackName}-${Fn.Arn}-${!Literal}\""), ["${AWS::StackName}-${Fn.Arn}-${Literal}"]);
    assert_eq!(values("!Sub ['${a}/${Star}', {a: !Ref Plain}]"), ["${Plain}/*"]);
    assert_eq!(values("!Sub '${Env}.x'"), ["dev.x [when Env is 'dev']", "prod.x [when Env is 'prod']"]);
    assert_eq!(values("!Sub '${Env}-${Env}'"), ["dev-dev [when Env is 'dev']", "prod-prod [when Env is 'prod']"]);
    assert_eq!(values("!Join ['', [\"'\", !Ref Star, \"'\"]]"), ["'*'"]);
    assert_eq!(values("!Join [',', [a, !Ref AWS::NoValue, b]]"), ["a,b"]);
    assert_eq!(values("!Join [',', !Ref Hosts]"), ["a,b"]);
    assert_eq!(values("!Join [',', !Ref Unknown]"), ["${…}"]);
    assert_eq!(
        values("!Join ['-', !If [Either, [a, b], [c]]]"),
        ["a-b [when Either]", "c [when not Either]"],
        "each list is a text of its own"
    );
    assert_eq!(values("'{{resolve:ssm:/x}}/y'"), ["{{resolve:ssm:/x}}/y"]);
}

#[test]
fn lists_are_taken_apart() {
    assert_eq!(values("!Select [1, [a, b]]"), ["b"]);
    assert_eq!(values("!Select [0, !Split [',', 'x,y']]"), ["x"]);
    assert_eq!(values("!Select [1, !Ref Hosts]"), ["b"]);
    assert_eq!(values("!Select [9, [a]]"), ["unknown"]);
    assert_eq!(values("!Split ['/', 'a/b']"), ["[\"a\", \"b\"]"]);
    assert_eq!(values("!Split ['/', !Ref Plain]"), ["unknown"]);
    assert_eq!(values("!Length [a, b, c]"), ["3"]);
    assert_eq!(values("{'Fn::Length': !Ref Hosts}"), ["2"]);
    assert_eq!(values("!Length {Ref: Hosts}"), ["2"]);
}

#[test]
fn maps_are_looked_up() {
    assert_eq!(values("!FindInMap [Map, dev, Origin]"), ["http://dev"]);
    assert_eq!(
        values("!FindInMap [Map, !Ref Env, Origin]"),
        ["http://dev [when Env is 'dev']", "http://prod [when Env is 'prod']"]
    );
    assert_eq!(
        values("!FindInMap [Regions, !Ref AWS::Region, Name]"),
        ["one [when AWS::Region is 'us-east-1']", "two [when AWS::Region is 'eu-west-1']"]
    );
    assert_eq!(values("!FindInMap [Map, dev, List]"), ["sequence"]);
    assert_eq!(values("!FindInMap [Map, dev, Missing]"), ["unknown"]);
    assert_eq!(values("!FindInMap [Map, dev, Missing, {DefaultValue: d}]"), ["d"]);
    assert_eq!(values("!FindInMap [!Ref Plain, dev, Origin]"), ["unknown"]);
}

#[test]
fn branches_are_kept_apart() {
    assert_eq!(values("!If [Either, a, b]"), ["a [when Either]", "b [when not Either]"]);
    assert_eq!(values("!If [Either, a, !Ref AWS::NoValue]"), ["a [when Either]", "absent [when not Either]"]);
    assert_eq!(values_given("!If [IsProd, a, b]", &[("Env", "dev")]), ["b [when not IsProd]"]);
    assert_eq!(
        values("!If [IsProd, !Ref Env, x]"),
        ["prod [when IsProd and Env is 'prod']", "x [when not IsProd]"],
        "the parameter is what the condition says"
    );
    assert_eq!(
        values("!If [HasOrigin, !Ref Empty, none]"),
        ["${Empty} [when HasOrigin]", "none [when not HasOrigin]"],
        "not the default, which the condition excludes"
    );
    assert_eq!(values("!If [Either, !If [Either, a, b], c]"), ["a [when Either]", "c [when not Either]"]);
}

#[test]
fn what_is_decided_elsewhere_is_a_hole() {
    for expression in ["!ImportValue x", "!Base64 x", "!Cidr [a, 1, 2]", "!GetAZs ''", "!Unheard of"] {
        assert_eq!(values(expression), ["${…}"], "{expression}");
    }
    assert_eq!(values("{'Fn::Transform': {Name: m}}"), ["unknown"]);
}

#[test]
fn json_is_written() {
    assert_eq!(
        values("!ToJsonString {statusCode: 200, a: [x, true], b: \"q\\\"\"}"),
        ["{\"statusCode\":200,\"a\":[\"x\",true],\"b\":\"q\\\"\"}"]
    );
    assert_eq!(values("{'Fn::ToJsonString': {a: !Ref Plain}}"), ["{\"a\":\"${Plain}\"}"]);
    assert_eq!(values("!ToJsonString {a: !If [Either, x, y]}"), ["${…}"]);
}

#[test]
fn hostile_nesting_ends_as_unknown() {
    let mut tower = String::from("'x'");
    for _ in 0..30 {
        tower = format!("{{'Fn::Sub': ['${{v}}${{v}}', {{v: {tower}}}]}}");
    }
    let found = values(&tower);
    assert!(found.len() == 1 && found.iter().all(|text| text.len() < 1 << 20), "two to the power of 30 is not written out");
    let many: Vec<_> = (0..8).map(|at| format!("!If [C{at}, a, b]")).collect();
    assert_eq!(values(&format!("!Join ['', [{}]]", many.join(", "))), ["unknown"], "256 texts are too many");
}
