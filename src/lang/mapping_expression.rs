//! Parameter mappings of REST APIs: destinations (keys) and expressions (values).
//!
//! Source: API Gateway developer guide, "Parameter mapping source reference" (DG-MAP) and "Mapping
//! template reference" (DG-VTL). HTTP and WebSocket APIs have another language.

mod context;
mod destination;
mod json_path;
mod judge;
mod source;
mod spelling;
mod static_value;

pub use context::{Availability, Reader, availability, nearest_variable};
pub use destination::{Destination, DestinationFault, holds_an_entry, is_swapped, judge_declaration, judge_destination};
pub use judge::{Ends, Quoting, Verdict, judge};
pub use source::{RequestPart, Source, SourceFault, is_name, parse};
pub use static_value::{StaticText, merged_items, with_plain_characters, without_line_breaks};

/// Which map a mapping stands in; that decides what it may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingPlace {
    /// ResponseParameters of an integration response.
    IntegrationResponse,
    /// RequestParameters of an integration.
    IntegrationRequest,
    /// ResponseParameters of a gateway response.
    GatewayResponse,
}

impl MappingPlace {
    /// What the service calls the part.
    pub fn part(self) -> &'static str {
        match self {
            Self::IntegrationResponse => "integration response",
            Self::IntegrationRequest => "integration request",
            Self::GatewayResponse => "gateway response",
        }
    }
}
