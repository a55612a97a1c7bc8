//! PDF files, in builds with the feature `pdf`: read in a process of its own, which a damaged file may crash.

use crate::support::Corpus;

/// A hand-written PDF with one page of these lines.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj 0 -14 Td ")).collect();
    let content = format!("BT /F1 11 Tf 50 780 Td {shown}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Title (The tide mill turns again) /Author (Ann Lee) >>".to_owned(),
    ];
    let (mut file, mut offsets) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    offsets.iter().for_each(|offset| file += &format!("{offset:010} 00000 n \n"));
    file += &format!("trailer\n<< /Size {} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    file.into_bytes()
}

#[test]
fn a_pdf_becomes_a_document_and_a_damaged_one_fails_alone() {
    let corpus = Corpus::with_page();
    let lines = [
        "The tide mill below the castle ground its first flour in sixty years on Monday morning,",
        "after four volunteers had spent three winters on a new wheel of oak and iron.",
        "The miller, who is seventy, said that the stones had been turned by hand until then.",
        "Flour from the mill will be sold at the market every second Saturday from June.",
    ];
    let whole = pdf(&lines);
    corpus.write("raw/mill.pdf", &whole);
    let mut damaged = whole.clone();
    damaged[whole.len() / 3..whole.len() - 40].fill(b'(');
    corpus.write("raw/damaged.pdf", &damaged);
    corpus.write("raw/cut.pdf", &whole[..40]);
    let output = corpus.run(&["clean"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("damaged.pdf (PDF)") && errors.contains("cut.pdf (PDF)") && !errors.contains("mill.pdf"), "{errors}");
    let files = corpus.files("clean");
    assert_eq!(files.iter().filter(|name| name.ends_with(".txt")).count(), 2, "{files:?}");
    let sidecar = files.iter().find(|name| name.contains("tide-mill") && name.ends_with(".json")).unwrap();
    let sidecar = std::fs::read_to_string(corpus.path("clean").join(sidecar)).unwrap();
    assert!(sidecar.contains("\"Ann Lee\""), "{sidecar}");
    assert_eq!(corpus.run(&["verify"]).status.code(), Some(0));
}
