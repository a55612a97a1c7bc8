//! Arguments of `gleaner serve`.

use std::net::SocketAddr;

use clap::Args;

use super::ReportArgs;

/// `gleaner serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes any that is free. An address other than the loopback needs a token
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8017")]
    pub addr: SocketAddr,
    /// What a client must know; generated and printed if it is needed and not given [env: GLEANER_TOKEN]
    #[arg(long, value_name = "TOKEN", env = "GLEANER_TOKEN", hide_env = true, hide_env_values = true)]
    pub token: Option<String>,
    /// Let those who know the token add pages to the corpus; a token is then always needed
    #[arg(long)]
    pub writable: bool,
    /// A host name by which browsers may call the server, as behind a proxy; can be repeated
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    #[command(flatten)]
    pub report: ReportArgs,
}
