//! What holds for every key and value of a parameter mapping. The fuzz target asks for the same.

use cfn_igr::lang::mapping_expression::{
    MappingPlace, Quoting, Verdict, judge, judge_declaration, judge_destination, merged_items, parse,
};
use cfn_igr::template::{Hole, Piece, Text};

const PLACES: [MappingPlace; 3] =
    [MappingPlace::IntegrationRequest, MappingPlace::IntegrationResponse, MappingPlace::GatewayResponse];

/// Panics where a text is read in a way that cannot be right; a bell stands for what is not known.
pub(crate) fn check(text: &str) {
    if let Err(Some(fault)) = parse(text) {
        assert!(text.get(fault.at.clone()).is_some() && !fault.what.is_empty(), "{text:?}: {fault:?}");
    }
    let holes = text.split('\u{7}').flat_map(|known| [Piece::Known(known.to_owned()), Piece::Hole(Hole::Other)]);
    let open = Text::from_pieces(holes);
    for place in PLACES {
        let _ = judge(&open, place);
        match judge(&Text::known(text), place) {
            Verdict::Misspelt { suggestion, .. } => {
                let legal = parse(&suggestion).is_ok_and(|source| source.is_legal_in(place));
                assert!(legal && suggestion != text, "{text:?} is meant to be {suggestion:?}");
            }
            Verdict::Unquoted { quoted: Some(Quoting::Whole(quoted)), .. } => {
                let again = judge(&Text::known(quoted.as_str()), place);
                assert!(matches!(again, Verdict::Legal | Verdict::LineBreaks), "{text:?} becomes {quoted:?}: {again:?}");
            }
            Verdict::Legal => {
                assert!(parse(text).is_ok_and(|source| source.is_legal_in(place)), "{text:?} is legal");
            }
            Verdict::Unquoted { .. } | Verdict::IllegalSource { .. } | Verdict::LineBreaks | Verdict::Unknown => {}
        }
        if let Some(key) = judge_destination(text, place).and_then(|fault| fault.suggestion) {
            assert!(key != text && judge_destination(&key, place).is_none(), "{text:?} is meant to be {key:?}");
        }
    }
    for response in [true, false] {
        if let Some(key) = judge_declaration(text, response).and_then(|fault| fault.suggestion) {
            assert!(key != text && judge_declaration(&key, response).is_none(), "{text:?} is meant to be {key:?}");
        }
    }
    if let Some(merged) = merged_items(text) {
        assert_eq!(merged_items(&merged), None, "{text:?} becomes {merged:?}");
    }
}
