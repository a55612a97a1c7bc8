//! Requests as small test servers read them.

use std::io::BufRead;

/// Reads a request and returns its path; `None` if the client has closed the connection.
pub fn request_path(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut request = String::new();
    if reader.read_line(&mut request)? == 0 {
        return Ok(None);
    }
    let mut header = String::from("x");
    while !header.trim().is_empty() {
        header.clear();
        reader.read_line(&mut header)?;
    }
    Ok(Some(request.split(' ').nth(1).unwrap_or("/").to_owned()))
}
