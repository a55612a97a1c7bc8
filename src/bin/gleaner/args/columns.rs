//! Options that name the columns of a table of pages.

use clap::Args;
use gleaner::ingest::archive::columns::{Columns, Field};

/// Columns (CSV) or keys (JSON Lines) of tables of pages. Those with usual names, such as `url`, `html` and `published_at`, are found without.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns of JSON Lines and CSV")]
pub struct ColumnArgs {
    /// The column with the page's HTML
    #[arg(long, value_name = "NAME")]
    pub html_field: Option<String>,
    /// The column with the page's text, read if there is no HTML
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,
    /// The column with the page's URL
    #[arg(long, value_name = "NAME")]
    pub url_field: Option<String>,
    /// The column with the headline
    #[arg(long, value_name = "NAME")]
    pub title_field: Option<String>,
    /// The column with the date of publication
    #[arg(long, value_name = "NAME")]
    pub date_field: Option<String>,
    /// The column with the authors
    #[arg(long, value_name = "NAME")]
    pub author_field: Option<String>,
}

impl From<ColumnArgs> for Columns {
    fn from(args: ColumnArgs) -> Self {
        let named = [
            (Field::Html, args.html_field),
            (Field::Text, args.text_field),
            (Field::Url, args.url_field),
            (Field::Title, args.title_field),
            (Field::Date, args.date_field),
            (Field::Authors, args.author_field),
        ];
        Self::new(named.into_iter().filter_map(|(field, name)| Some((field, name?))))
    }
}
