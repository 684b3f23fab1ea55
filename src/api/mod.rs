//! The REST APIs of one input: what API Gateway will be told, wherever it was written down.
//!
//! The model knows neither YAML nor CloudFormation: a reader (`from_cloudformation`, later others)
//! fills it, and every part keeps the node it was read from so that findings and fixes have a place.
//! The model knows no rules.

mod from_cloudformation;
mod gateway;
mod integration;
mod model;
mod paths;

pub use from_cloudformation::read;
pub use gateway::{DEFAULT_4XX, DEFAULT_5XX, default_of, gateway_response_types, meant_gateway_response_type};
pub use integration::{Backend, IntegrationType};
pub use model::{
    Api, Declared, Deployment, DomainName, GatewayResponse, HttpMethod, Integration, IntegrationResponse, List, MapEntry,
    Method, MethodResponse, Model, Owner, Property, PropertyMap, Resource, RestApi, Stage, StatusCode,
};
pub use paths::Paths;
