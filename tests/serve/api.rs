//! The interface for programs: what its description names is there, and says what the commands say.

use serde_json::Value;

use crate::support::{ONE, usual};

#[test]
fn every_address_of_the_description_answers_as_described() {
    let corpus = usual();
    let server = corpus.serve();
    let description = server.get("/api/v1/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let id = corpus.id(ONE);
    for (path, item) in description["paths"].as_object().unwrap() {
        let Some(get) = item.get("get") else { continue };
        let reply = server.get(&format!("/api/v1{}", path.replace("{id}", &id)));
        assert_eq!((reply.status, reply.field("content-type")), (200, Some("application/json")), "{path}: {}", reply.body);
        let schema = &get["responses"]["200"]["content"]["application/json"]["schema"];
        let (answer, none) = (reply.json(), Vec::new());
        for field in schema["required"].as_array().unwrap_or(&none) {
            assert!(answer.get(field.as_str().unwrap()).is_some(), "{path} lacks {field}: {answer}");
        }
    }
}

#[test]
fn a_document_has_its_sidecar_and_its_text() {
    let corpus = usual();
    let server = corpus.serve();
    let id = corpus.id(ONE);
    let answer = server.get(&format!("/api/v1/documents/{id}")).json();
    assert_eq!(answer["document"]["id"], Value::String(id.clone()));
    assert_eq!(answer["document"]["title"]["value"], "Harbour wall to be rebuilt");
    assert!(answer["text"].as_str().unwrap().contains("eleven million"));
    let history = server.get(&format!("/api/v1/documents/{id}/history")).json();
    assert_eq!(history["versions"].as_array().unwrap().len(), 2);
    let related = server.get(&format!("/api/v1/documents/{id}/related")).json();
    assert_eq!(related["cluster"]["documents"], 2);
    let explained = server.get(&format!("/api/v1/documents/{id}/explain")).json();
    assert!(
        explained["blocks"].as_array().unwrap().iter().any(|block| block["verdict"]["category"] == "newsletter"),
        "{explained}"
    );
    let runs = server.get("/api/v1/runs?limit=1").json();
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
    let sites = server.get("/api/v1/sites").json();
    assert!(!sites["sites"].as_array().unwrap().is_empty());
}
