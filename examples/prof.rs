//! Loops over a file.
use cfn_igr::{Options, Source, check, syntax};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let source = Source::decode(path.clone(), std::fs::read(&path).unwrap()).unwrap();
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(syntax::parse(&source).len());
    }
    let a = t.elapsed();
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(check(&source, &Options::default()).findings.len());
    }
    println!(
        "load {:?} check {:?} ratio {:.2}",
        a / n as u32,
        t.elapsed() / n as u32,
        t.elapsed().as_secs_f64() / a.as_secs_f64()
    );
}
