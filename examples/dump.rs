//! Prints the tree of a file.
use cfn_igr::{syntax, text::Source};
fn main() {
    for path in std::env::args().skip(1) {
        let source = Source::decode(path.clone(), std::fs::read(&path).unwrap()).unwrap();
        let tree = syntax::parse(&source);
        if let Some(e) = tree.errors().first() {
            println!("{path}: {:?} {e:?}", source.position(e.span.start()));
        }
        if tree.duplicates().len() > 0 {
            println!(
                "{path}: dup {:?}",
                tree.duplicates()
                    .iter()
                    .map(|d| (tree.text(d.1), source.position(tree.span(d.1).start())))
                    .collect::<Vec<_>>()
            );
        }
        // invariants
        for id in tree.ids() {
            let span = tree.span(id);
            if let Some(p) = tree.parent(id) {
                let ps = tree.span(p);
                if !ps.contains(span) && tree.errors().is_empty() {
                    println!("{path}: {id:?} {span:?} outside parent {ps:?} {:?}", source.slice(span));
                }
            }
            if tree.scalar_style(id).is_some() {
                let t = tree.text(id).unwrap();
                if source.slice(span).len() != span.len() {
                    println!("bad slice");
                }
                for (i, c) in t.char_indices() {
                    if !c.is_whitespace() {
                        match tree.source_offset(id, i) {
                            None => {
                                println!("{path}: no offset {:?} {:?}", t, source.slice(span));
                                break;
                            }
                            Some(o) => {
                                if !source.text()[o..].starts_with(c) && !source.text()[o..].starts_with('\\') {
                                    println!(
                                        "{path}: wrong offset {i} {:?} {:?} {:?}",
                                        &t[i..],
                                        &source.text()[o..o + 10],
                                        source.slice(span)
                                    );
                                    break;
                                }
                            }
                        }
                    }
                }
            }
        }
        if std::env::var("DUMP").is_ok() {
            for id in tree.ids() {
                println!(
                    "{id:?} {:?} tag={:?} p={}",
                    source.slice(tree.span(id)),
                    tree.tag(id).map(|t| &t.name),
                    tree.pointer(id)
                );
            }
        }
    }
}
