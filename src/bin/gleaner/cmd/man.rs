//! `gleaner man`: prints the manual, all commands on one page.

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::{Exit, Failure};
use crate::print::out_bytes;

/// Prints the manual page as roff.
pub fn man() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    let failed = |error: std::io::Error| Failure::io("write", "the manual page", &error);
    let mut cli = Cli::command();
    cli.build();
    Man::new(cli.clone()).render(&mut page).map_err(failed)?;
    for command in cli.get_subcommands().filter(|command| !command.is_hide_set()) {
        let man = Man::new(command.clone());
        // A heading, then the sections of the command's own manual page.
        page.extend_from_slice(format!(".SH \"GLEANER {}\"\n", command.get_name().to_uppercase()).as_bytes());
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
    }
    out_bytes(&page)?;
    Ok(Exit::Done)
}
