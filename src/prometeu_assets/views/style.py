"""The style of `html` pages: one text, whose digest is the only style that their policy allows."""

from __future__ import annotations

from typing import Final

COLORS: Final = 4
"""Bank types that have a colour of their own; a fifth has that of the first."""

STYLE: Final = """
:root{--ground:#f6f5f1;--card:#fff;--ink:#1d1f27;--soft:#62656f;--line:#dcdad2;
--bank0:#4453c5;--bank0b:#6d7bdf;--bank1:#c8641b;--bank1b:#e08a45;
--bank2:#2d7d4f;--bank2b:#4fa374;--bank3:#8b3f8f;--bank3b:#b06ab4;--check:#eceae3}
@media(prefers-color-scheme:dark){:root{--ground:#15161b;--card:#1e2028;--ink:#eceae4;--soft:#9a9da8;
--line:#32353f;--bank0:#7f8df0;--bank0b:#5c69cb;--bank1:#f09a52;--bank1b:#c9752f;
--bank2:#63c48e;--bank2b:#439c6b;--bank3:#cf8ad3;--bank3b:#a561a9;--check:#292c35}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 0}
main{padding-bottom:4rem}
h1{margin:0;font-size:1.9rem;letter-spacing:-.02em}
h2{margin:2.5rem 0 .75rem;font-size:1.15rem}
h3{margin:0 0 .5rem;font-size:.95rem;overflow-wrap:anywhere}
header p,small,.legend,article p,.waves span,dt{color:var(--soft)}
header p{margin:.1rem 0 0;overflow-wrap:anywhere}
p{margin:.5rem 0}small{font-weight:400}
.facts{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin:0}
.facts div{display:flex;flex-direction:column-reverse}
dt{font-size:.8rem}dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
svg{display:block}
.map{width:100%;height:3.75rem;border-radius:.5rem;background:var(--line)}
.bank0{--bank:var(--bank0);--bankb:var(--bank0b)}.bank1{--bank:var(--bank1);--bankb:var(--bank1b)}
.bank2{--bank:var(--bank2);--bankb:var(--bank2b)}.bank3{--bank:var(--bank3);--bankb:var(--bank3b)}
rect{fill:var(--bank)}rect.odd{fill:var(--bankb)}
.legend,.waves,.slots{list-style:none;padding:0;margin:.6rem 0 0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;font-size:.9rem}
.key{display:inline-block;width:.75rem;height:.75rem;border-radius:.2rem;margin-right:.5rem}
.key{background:var(--bank)}
.slots{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.4rem;
margin:0 0 1.25rem}
.slots li{border:1px solid var(--line);border-radius:.4rem;padding:.2rem .5rem;font-size:.8rem;
white-space:nowrap;overflow:hidden;text-overflow:ellipsis;color:var(--soft);min-height:1.8rem}
.slots b{margin-right:.45rem;font-variant-numeric:tabular-nums}
.slots li[class]{color:var(--ink);background:var(--card);border-left:.3rem solid var(--bank)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem;
align-items:start}
article{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;
border-top:.25rem solid var(--bank)}
article p{font-size:.85rem}
.sheet{display:block;width:100%;height:auto;image-rendering:pixelated;border-radius:.3rem;
background:repeating-conic-gradient(var(--check) 0 25%,transparent 0 50%) 0 0/1rem 1rem}
.palettes{width:100%;max-height:12rem}
.waves{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
.waves svg{width:100%;height:2.5rem;background:var(--check);border-radius:.3rem}
.waves path{stroke:var(--bank);fill:none}
.waves span{font-size:.75rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.35rem .75rem;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:500}
th:nth-child(2),td:nth-child(2),th:nth-child(3),td:nth-child(3){text-align:left}
"""
