//! Prints fixed text.
use cfn_igr::{Options, Source, edit::Applicability, fix};
fn main() {
    for path in std::env::args().skip(1) {
        let Ok(source) = Source::decode(path.clone(), std::fs::read(&path).unwrap()) else { continue };
        let f = fix(&source, &Options::default(), Applicability::Safe);
        for d in &f.dropped {
            println!("DROPPED {path} {} {}: {}", d.finding.rule, d.finding.message, d.reason);
        }
        if f.text != source.text() {
            print!(
                "{}",
                similar::TextDiff::from_lines(source.text(), f.text.as_str())
                    .unified_diff()
                    .context_radius(1)
                    .header(&path, &path)
            );
        }
    }
}
