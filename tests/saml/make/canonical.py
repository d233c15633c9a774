"""Golden files of canonicalization: random documents and what libxml2 makes of them.

Left out is what libxml2 does otherwise than the standard: it leaves `&` in namespace names as it is. lxml drops `#default`
from a prefix list, and hands libxml2 a copy of a subtree, whose inclusive form has not the `xml:lang` of what stood above it
and takes back default namespaces that are in force: both are had from `xmlsec1` instead, which prints what it digests. Left
out too are processing instructions, which no message may hold.
"""

import json
import random

from lxml import etree

import facts
import xmlsec

PREFIXES = ("a", "b", "c", "saml")
NAMES = ("x", "y", "Assertion", "z-1", "_n", "\u00e9l", "X")
ATTRIBUTES = ("id", "A", "b", "z", "Name", "\u00e4")
URIS = ("urn:a", "urn:b", "http://example.com/ns", "urn:oasis:names:tc:SAML:2.0:assertion", "urn:x-1:y")
TEXTS = (
    "text",
    " ",
    "\n  ",
    "a&amp;b",
    "&lt;&gt;&quot;&apos;",
    "&#13;",
    "&#xD;&#xA;",
    "\t",
    "\u00fc\u4e2d\U0001f511",
    "]]&gt;",
    "<![CDATA[<&>]]>",
    "'\"",
    "&#9;&#10;",
    "\r\n",
    "\r",
    "&#x10FFFF;",
    "",
)
VALUES = (
    "v",
    "",
    "a&amp;b",
    "&lt;",
    "&gt;",
    ">",
    "&quot;",
    "'",
    "&#9;",
    "&#10;",
    "&#13;",
    " a  b ",
    "\u00fc\U0001f511",
    "x\ty\nz",
    "&#x20;",
)
COMMENTS = ("<!---->", "<!-- c -->", "<!-- a\n b & < -->")
XML_VALUES = {"lang": ("de", "en-IE", ""), "space": ("preserve", "default"), "base": ("http://example.com/", "urn:base")}
LIMIT = 190_000


def element(chance, scope, depth, plain):
    """A random element; `scope` is what the prefixes mean around it."""
    scope = dict(scope)
    declared = {}
    for prefix in chance.sample(PREFIXES, chance.choice((0, 0, 1, 2))):
        declared[prefix] = chance.choice(URIS)
    if chance.random() < 0.25:
        declared[""] = chance.choice((*URIS, ""))
    scope.update(declared)
    parts = [f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in declared.items()]
    used = [prefix for prefix in scope if prefix]
    seen = set()
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        name = chance.choice(ATTRIBUTES)
        prefix = chance.choice((*used, "", ""))
        expanded = (scope[prefix] if prefix else "", name)
        if expanded not in seen:
            seen.add(expanded)
            parts.append(f' {prefix}{":" if prefix else ""}{name}="{chance.choice(VALUES)}"')
    if not plain and chance.random() < 0.1:
        parts.append(chance.choice((' xml:lang="de"', ' xml:space="preserve"')))
    chance.shuffle(parts)
    prefix = chance.choice((*used, ""))
    name = f"{prefix}{':' if prefix else ''}{chance.choice(NAMES)}"
    inner = ""
    for _ in range(chance.choice((0, 1, 2, 3)) if depth else 0):
        kind = chance.random()
        if kind < 0.5:
            inner += element(chance, scope, depth - 1, plain)
        elif kind < 0.85:
            inner += chance.choice(TEXTS)
        else:
            inner += chance.choice(COMMENTS)
    joined = "".join(parts)
    return f"<{name}{joined}>{inner}</{name}>" if inner or chance.random() < 0.5 else f"<{name}{joined}/>"


def document(chance, plain):
    xml = element(chance, {}, 3, plain)
    before = chance.choice(("", "", "", '<?xml version="1.0"?>', "<!-- before -->\n", "<!-- 1 --><!-- 2 -->"))
    after = chance.choice(("", "", "", "\n", "<!-- after -->", "\n<!-- 1 -->\n<!-- 2 -->"))
    # A declaration stands first or nowhere.
    return before + xml + after


def numbered(root):
    """Elements in document order: the number of one says which subtree is meant."""
    return list(root.iter(etree.Element))


def canonical(node, mode, comments, prefixes):
    """Of the root, the whole document with what stands around it; of another element, its subtree."""
    whole = node.getroottree() if node.getparent() is None else node
    return etree.tostring(
        whole,
        method="c14n",
        exclusive=mode == "exclusive",
        with_comments=comments,
        inclusive_ns_prefixes=prefixes or None,
    ).decode()


def case(chance):
    plain = chance.random() < 0.6
    nodes = ()
    # A document of an element or two shows little.
    while not 3 <= len(nodes) <= 7:
        xml = document(chance, plain)
        root = etree.fromstring(xml.encode())
        nodes = numbered(root)
    results = [
        {"mode": "exclusive", "comments": False},
        {"mode": "exclusive", "comments": True},
        {"mode": "inclusive", "comments": chance.random() < 0.5},
    ]
    listed = sorted(chance.sample(("a", "b", "c", "saml", "nowhere"), chance.choice((1, 2, 3))))
    results.append({"mode": "exclusive", "comments": chance.random() < 0.3, "prefixes": listed})
    subtree = chance.randrange(1, len(nodes))
    results.append({"mode": "exclusive", "comments": False, "element": subtree})
    results.append({"mode": "exclusive", "comments": False, "element": subtree, "prefixes": listed})
    results.append({"mode": "exclusive", "comments": True, "element": subtree})
    for result in results:
        node = nodes[result.get("element", 0)]
        result["out"] = canonical(node, result["mode"], result["comments"], result.get("prefixes"))
    return {"xml": xml, "of": "lxml", "results": results}


def by_xmlsec1(around, chosen, result):
    """A line of one result: the element `p:t` in these tags, canonicalized in its place by `xmlsec1`."""
    algorithm = {"exclusive": facts.EXCLUSIVE, "inclusive": facts.INCLUSIVE}[result["mode"]]
    prefixes = " ".join(result.get("prefixes", ()))
    listed = f'<ec:InclusiveNamespaces xmlns:ec="{facts.EXCLUSIVE}" PrefixList="{prefixes}"/>' if prefixes else ""
    if result["comments"]:
        algorithm += "WithComments" if algorithm.endswith("#") else "#WithComments"
    # XML-DSig §4.3.3.3: only a reference of this form has comments in it.
    signature = xmlsec.template("#", "idp-rsa-2048", info="none").replace(
        f'<ds:Reference URI="##"><ds:Transforms><ds:Transform Algorithm="{facts.ENVELOPED}"/>'
        f'<ds:Transform Algorithm="{facts.EXCLUSIVE}"></ds:Transform></ds:Transforms>',
        '<ds:Reference URI="#xpointer(id(\'t\'))"><ds:Transforms>'
        f'<ds:Transform Algorithm="{algorithm}">{listed}</ds:Transform></ds:Transforms>',
    )
    before, after = "".join(around), "".join(f"</{tag.split()[0][1:].rstrip('>')}>" for tag in reversed(around))
    printed = xmlsec.printed(f"{before}{chosen}{signature}{after}", "urn:p:t")
    made = {**result, "element": len(around), "out": printed}
    return {"xml": f"{before}{chosen}{after}", "of": "xmlsec1", "results": [made]}


def with_default(chance):
    """A subtree canonicalized with `#default` in its prefix list."""
    inner = element(chance, {}, 2, True)
    scope = {"": chance.choice(URIS), "a": chance.choice(URIS), "b": chance.choice(URIS)}
    declared = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in scope.items())
    listed = sorted(chance.sample(("#default", "a", "b"), chance.choice((1, 2, 3))), reverse=True)
    listed = listed if "#default" in listed else ["#default", *listed]
    # The default namespace goes on, changes or ends on the way down.
    around = [f"<r{declared}>"] + chance.choice(([], [f'<s xmlns="{chance.choice(URIS)}">'], ['<s xmlns="">']))
    comments = chance.random() < 0.5
    chosen = f'<p:t xmlns:p="urn:p" ID="t">{inner}</p:t>'
    return by_xmlsec1(around, chosen, {"mode": "exclusive", "comments": comments, "prefixes": listed})


def with_inherited(chance, mode):
    """A subtree with attributes of the namespace `xml` above it, in it, or both."""

    def drawn():
        names = chance.sample(("lang", "space", "base"), chance.choice((0, 1, 2)))
        return "".join(f' xml:{name}="{chance.choice(XML_VALUES[name])}"' for name in names)

    around = [f'<r xmlns="{chance.choice(URIS)}" xmlns:a="{chance.choice(URIS)}"{drawn()}>']
    around += [f"<a:s{drawn()}>"] * chance.choice((0, 1))
    inner = element(chance, {}, 2, False)
    chosen = f'<p:t xmlns:p="urn:p" ID="t"{drawn()}>{inner}</p:t>'
    return by_xmlsec1(around, chosen, {"mode": mode, "comments": chance.random() < 0.5})


def compact(made):
    """Equal outputs are written once: a number points at the result they stand in."""
    seen = {}
    made["results"] = [
        {key: value for key, value in result.items() if value is not False} for result in made["results"]
    ]
    for index, result in enumerate(made["results"]):
        out = result["out"]
        if out in seen:
            result["out"] = seen[out]
        else:
            seen[out] = index
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def make(book, _):
    chance = random.Random(1996)
    lines, size = [], 0
    for _ in range(60):
        lines.append(compact(with_default(chance)))
    for mode in ("inclusive",) * 80 + ("exclusive",) * 20:
        lines.append(compact(with_inherited(chance, mode)))
    size = sum(len(line.encode()) + 1 for line in lines)
    while True:
        line = compact(case(chance))
        if len(line) > 1000:
            continue
        size += len(line.encode()) + 1
        if size > LIMIT:
            break
        lines.append(line)
    book.write("canonical.jsonl", "\n".join(lines) + "\n")
