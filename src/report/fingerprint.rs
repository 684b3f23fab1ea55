//! Marks by which other programs know a finding again in a later version of the file.
//!
//! A mark depends on the rule, the resource, the path in the document and the text, and on no line: what moves keeps its mark.
//! Places in lists do not count either, since an entry before them would move them.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::text::Source;

/// The marks of one input; equal findings are told apart by their order.
pub(super) struct Fingerprints<'s> {
    source: &'s Source,
    seen: HashMap<u128, usize>,
}

impl<'s> Fingerprints<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self { source, seen: HashMap::new() }
    }

    /// The mark of the next finding, and how many have had it before.
    pub(super) fn next(&mut self, finding: &Finding) -> (u128, usize) {
        let path: Vec<_> = finding.path.split('/').map(|key| if is_index(key) { "*" } else { key }).collect();
        let words: Vec<_> = self.source.slice(finding.span).split_whitespace().collect();
        let owner = finding.logical_id.as_deref().unwrap_or("");
        let mark = hash(&[finding.rule, owner, &path.join("/"), &words.join(" ")]);
        let count = self.seen.entry(mark).or_default();
        let before = *count;
        *count += 1;
        (mark, before)
    }
}

fn is_index(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// FNV-1a with 128 bits: the same on every machine and in every release. It need not resist a search for two texts with one
/// mark, which would only make two findings look like one and the same.
pub(super) fn hash(parts: &[&str]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    // No text holds the byte 255, so parts cannot run into each other.
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Options, check};

    const TEMPLATE: &str = "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      \
        Integration:\n        Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://example.com\n        \
        IntegrationResponses:\n          - StatusCode: '200'\n            ResponseParameters:\n              \
        method.response.header.X: '*'\n      MethodResponses:\n        - StatusCode: '200'\n          ResponseParameters:\n            \
        method.response.header.X: true\n";

    fn marks(text: &str) -> Vec<(u128, usize)> {
        let source = Source::new("t", text);
        let checked = check(&source, &Options { only: vec!["unquoted-static-value".to_owned()], ..Options::default() });
        let mut fingerprints = Fingerprints::new(&source);
        checked.findings.iter().map(|finding| fingerprints.next(finding)).collect()
    }

    #[test]
    fn a_mark_survives_moved_lines_and_entries_before_it() {
        let here = marks(TEMPLATE);
        assert_eq!(here.len(), 1);
        assert_eq!(here, marks(&format!("# one\n# two\n\n{TEMPLATE}")));
        let entry = "          - StatusCode: '404'\n            SelectionPattern: '404'\n          - StatusCode: '200'\n            ResponseP";
        let moved = TEMPLATE.replacen("          - StatusCode: '200'\n            ResponseP", entry, 1);
        assert_ne!(moved, TEMPLATE);
        assert_eq!(here, marks(&moved));
        assert_ne!(here, marks(&TEMPLATE.replace("'*'", "'x'")));
        assert_ne!(here, marks(&TEMPLATE.replace("  M:", "  N:")));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // The published value for "a", of which the separator is one byte more.
        let of_a: u128 = 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964;
        assert_eq!(hash(&["a"]), (of_a ^ 0xff).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b));
    }
}
