() => {
  const isPlain = ![...document.querySelectorAll('*')].some(element => element.shadowRoot)
  if (isPlain) return document.documentElement.outerHTML
  const EMPTY = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/
  const RAW = /^(script|style|xmp|iframe|noembed|noframes|noscript|plaintext)$/
  const text = value => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const attribute = ({ name, value }) => ` ${name}="${text(value).replace(/"/g, '&quot;')}"`
  const inside = node => [...node.childNodes].map(html).join('')
  // A shadow tree replaces its host's children, and those fill its slots.
  const displayed = element => {
    if (element.localName === 'template') return inside(element.content)
    return inside(element.shadowRoot || element)
  }
  const html = node => {
    if (node.nodeType === Node.TEXT_NODE) return RAW.test(node.parentNode.localName) ? node.data : text(node.data)
    if (node.nodeType !== Node.ELEMENT_NODE) return ''
    const name = node.localName
    if (name === 'slot') {
      const assigned = node.assignedNodes()
      return assigned.length ? assigned.map(html).join('') : inside(node)
    }
    const start = `<${name}${[...node.attributes].map(attribute).join('')}>`
    return EMPTY.test(name) ? start : `${start}${displayed(node)}</${name}>`
  }
  try {
    return html(document.documentElement)
  } catch {
    // Nested too deeply for the recursion.
    return document.documentElement.outerHTML
  }
}
