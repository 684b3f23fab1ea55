//! Prints findings.
use cfn_igr::{Options, Source, check};
fn main() {
    for path in std::env::args().skip(1) {
        let Ok(source) = Source::decode(path.clone(), std::fs::read(&path).unwrap()) else {
            println!("{path}: unreadable");
            continue;
        };
        let checked = check(&source, &Options::default());
        for f in &checked.findings {
            let p = source.position(f.span.start());
            println!("{path}:{}:{}: {} {} {}", p.line, p.column, f.severity.as_str(), f.rule, f.message);
        }
        if checked.not_fully_analysed {
            println!("{path}: not fully analysed")
        }
    }
}
