//! The one configuration file: joins each stage's own `Config`.
