() => {
  const length = root => [...root.querySelectorAll('*')].reduce(
    (sum, element) => sum + (element.shadowRoot ? length(element.shadowRoot) : 0), (root.body || root).textContent?.length || 0)
  return [document.readyState === 'complete', length(document)]
}
