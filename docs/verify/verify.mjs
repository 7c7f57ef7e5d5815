// Verifies a bundle of a joint record and prints its settled sections. Node 20 or newer, nothing else.
// Usage: node verify.mjs BUNDLE [PARTY=ROOT ...]; written from the reference, sharing no code with merestone.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha = (data) => createHash("sha256").update(data).digest("hex");
const need = (holds, text) => { if (!holds) { console.error(`error: ${text}`); process.exit(20); } };
const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === "object"
  ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}` : JSON.stringify(v);
const hashOf = (value) => sha(canonical(value));
const P = 2n ** 255n - 19n, Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const badPoint = (raw) => {
  const y = BigInt("0x" + Buffer.from(raw).reverse().toString("hex")) & (2n ** 255n - 1n);
  return y >= P || [0n, 1n, P - 1n, Y8, P - Y8].includes(y);
};
const signed = (key, message, signature) => {
  const x = Buffer.from(key, "hex");
  if (x.length !== 32 || badPoint(x) || signature.length !== 64 || badPoint(signature.subarray(0, 32))) return false;
  return verify(null, message, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: x.toString("base64url") }, format: "jwk" }), signature);
};
const ROOT = ["founding", "join", "key", "repudiation"], OFFERS = ["proposal", "correction", "amendment", "package", "arrangement", "protocol"];
const TYPE = "application/vnd.merestone.record-entry+json";
let record, quorum, whole, hidden = [];
const logs = {}, units = {}, reservations = {}, hashes = {};
const other = (party) => Object.keys(logs).find((one) => one !== party);
const standing = (unit, party, view, undecided = false) => { // undecided: counting what a revocation may have come too late for
  let keys = new Set(), all = new Set(), complete = null, reserved = null, gone = false;
  for (const e of (unit.events[party] ?? []).filter((one) => one.seq <= view[party])) {
    if (e.what === "accept") {
      const taken = logs[party].revocations.some((r) => r.key === e.key && r.since <= e.seq && e.seq < r.seq && r.seq <= view[party]
        && (e.seen && e.seen.seq <= view[other(party)] ? e.seen.ack >= r.seq : !undecided));
      if (taken) continue;
      gone = false; all.add(e.key);
      if (e.authority && keys.add(e.key).size >= quorum[party]) complete ??= e;
    } else if (e.what === "lift") reserved = null;
    else { keys = new Set(); all = new Set(); complete = null; if (e.what === "reserve") reserved = e; else gone ||= e.what !== "tie"; }
  }
  return { keys, all, complete, reserved, gone };
};
const both = (unit, view, writer) => Object.keys(logs).every((party) => standing(unit, party, view, party === writer).complete);
const tiedBy = (unit) => Object.values(units).filter((one) => !one.void && one.members.includes(unit.hash));
const note = (unit, e) => (unit.events[e.party] ??= []).push(e);

function act(entry, p, authority) { // judged from what its writer knew: its causal past
  const view = { [p.party]: p.seq - 1, [other(p.party)]: p.ack.seq };
  const known = (name) => units[name] && units[name].seq <= view[units[name].party] ? units[name] : undefined;
  const mine = (unit) => standing(unit, p.party, view, true), gone = (unit) => standing(unit, unit.party, view, unit.party === p.party).gone;
  const closed = Object.values(logs).every((log) => log.closed && log.closed <= view[log.party]);
  const event = (what) => ({ party: p.party, seq: p.seq, ack: p.ack.seq, key: entry.key, authority, what, hash: entry.hash });
  const b = p.body, sections = logs[p.party].keys[entry.key]?.scope?.sections;
  const inScope = (unit) => !sections || (unit.members.length ? unit.members.map((m) => units[m]?.section) : [unit.section]).every((s) => sections.includes(s));
  let unit;
  if (OFFERS.includes(p.type)) {
    const content = p.type === "package" ? b : b.content;
    unit = { hash: entry.hash, party: p.party, seq: p.seq, kind: p.type, section: content.section, content: hashOf(content), members: b.members ?? [], events: {}, thread: entry.hash };
    const answered = b.answers && known(b.answers), of = b.of && known(b.of);
    if (answered) unit.thread = answered.thread;
    const followed = of && (both(of, view) || tiedBy(of).some((one) => known(one.hash) && both(one, view)));
    unit.void = (b.answers && !answered) || (["correction", "amendment"].includes(p.type) && !followed)
      || unit.members.some((m) => !known(m) || known(m).kind !== "proposal" || gone(known(m)));
  } else if (p.type === "accept") {
    unit = known(b.entry);
    if (!unit || unit.content !== b.content || gone(unit) || mine(unit).reserved || tiedBy(unit).some((one) => known(one.hash) && !gone(one))) return;
  } else {
    unit = known(b.entry) ?? units[reservations[b.entry]];
    if (!unit) return;
    const side = mine(unit), lift = p.type === "withdraw" && !known(b.entry);
    const weak = !authority && (lift ? side.reserved?.authority : side.keys.size);
    const idle = p.type === "withdraw" && (lift ? side.reserved?.hash !== b.entry : !side.all.size);
    if (weak || idle || closed || !inScope(unit) || (!lift && both(unit, view, p.party))) return;
    if (p.type === "reserve") reservations[entry.hash] = unit.hash;
    return note(unit, event(lift ? "lift" : p.type));
  }
  const mates = Object.values(units).filter((one) => one.hash !== unit.hash && known(one.hash)
    && (one.thread === unit.thread || unit.members.includes(one.hash) || tiedBy(unit).includes(one)));
  const replaced = mates.filter((one) => mine(one).all.size);
  const refused = unit.void || closed || !inScope(unit) || mates.some((one) => both(one, view, p.party)) || (!authority && replaced.some((one) => mine(one).keys.size));
  if (OFFERS.includes(p.type)) { unit.void = refused; units[unit.hash] = unit; }
  if (refused) return;
  note(unit, event("accept"));
  for (const one of replaced) note(one, event(unit.members.includes(one.hash) ? "tie" : "replace"));
}

function take(line) {
  const envelope = JSON.parse(line), [{ keyid, sig }] = envelope.signatures, data = Buffer.from(envelope.payload, "base64");
  need(canonical(envelope) === line && envelope.payloadType === TYPE && data.toString("base64") === envelope.payload, "an envelope is not canonical");
  const p = JSON.parse(data), pae = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${data.length} `), data]);
  const name = `${p.party} ${p.seq}`, entry = { hash: sha(line), key: keyid };
  need(canonical(p) === data.toString() && signed(keyid, pae, Buffer.from(sig, "base64")), `${name}: not canonical, or the signature does not stand`);
  if (!record) {
    const { statement, terms } = p.body;
    record = hashOf(statement);
    need(p.type === "founding" && statement.terms === hashOf(terms), "the bundle does not begin with a founding entry");
    for (const { party, root } of statement.parties) logs[party] = { party, root, seq: 0, head: record, ack: 0, keys: {}, revocations: [] };
    quorum = Object.fromEntries(terms.binding.map((one) => [one.party, one.quorum])); whole = terms.settlement === "as-a-whole";
  }
  const log = logs[p.party], theirs = hashes[`${other(p.party)} ${p.ack.seq}`] ?? record, key = log.keys[keyid];
  need(p.record === record && p.seq === log.seq + 1 && p.prev === log.head && p.ack.seq >= log.ack && p.ack.seq <= logs[other(p.party)].seq && p.ack.head === theirs, `${name}: does not follow`);
  need(ROOT.includes(p.type) ? keyid === log.root : key && key.since < p.seq && p.seq <= (key.until ?? Infinity) && p.seq < (key.revoked ?? Infinity)
    && (!key.scope?.types || key.scope.types.includes(p.type) || p.type === "receipt"), `${name}: its key may not sign it`);
  for (const unit of Object.values(units)) for (const e of unit.events[other(p.party)] ?? []) if (!e.seen && e.seq <= p.ack.seq) e.seen = { seq: p.seq, ack: p.ack.seq };
  Object.assign(log, { seq: p.seq, head: entry.hash, ack: p.ack.seq }); hashes[name] = entry.hash;
  if (p.type === "key" && p.body.action === "revoke") { log.keys[p.body.key].revoked = p.seq; if (p.body.from_seq) log.revocations.push({ seq: p.seq, key: p.body.key, since: p.body.from_seq }); }
  else if (p.type === "key") { log.keys[p.body.key] = { role: p.body.role, since: p.seq, until: p.body.until_seq, scope: p.body.scope }; if (p.body.replaces) log.keys[p.body.replaces].revoked = p.seq; }
  if (p.type === "close") log.closed ??= p.seq;
  if ([...OFFERS, "accept", "withdraw", "reserve"].includes(p.type)) act(entry, p, key?.role === "authority");
}
const [path, ...roots] = process.argv.slice(2), bytes = readFileSync(path);
const at = bytes.lastIndexOf("\n", bytes.length - 2) + 1, lines = bytes.subarray(0, at).toString().split("\n").slice(0, -1), end = JSON.parse(bytes.subarray(at));
need(end.end === true && end.sha256 === sha(bytes.subarray(0, at)) && end.lines === lines.length && canonical(end) + "\n" === bytes.subarray(at).toString(), "the bundle is not whole");
for (const line of lines.slice(1)) {
  const item = line.startsWith('{"payload"') ? take(line) : JSON.parse(line).redacted;
  if (item) { need(logs[item.party].seq + 1 === item.seq, "a redaction is out of place"); Object.assign(logs[item.party], { seq: item.seq, head: item.hash }); hashes[`${item.party} ${item.seq}`] = item.hash; hidden.push(item.type); }
}
for (const [party, root] of roots.map((one) => one.split("="))) need(logs[party]?.root === root, `another root of ${party}`);
const view = Object.fromEntries(Object.values(logs).map((log) => [log.party, log.seq]));
const settled = (unit) => !(whole && unit.kind === "proposal") && Object.keys(logs).every((party) => standing(unit, party, view).complete?.seen);
console.log(`verified: ${Object.values(logs).map((log) => `${log.party} ${log.seq}`).sort().join(", ")}; ${hidden.length} entries not disclosed`);
for (const unit of Object.values(units).filter((one) => one.section && ["proposal", "correction", "amendment"].includes(one.kind)))
  if (settled(unit) || tiedBy(unit).some(settled)) console.log(`${unit.section} ${hidden.length ? "cannot-say" : "settled"} ${unit.content}`);
