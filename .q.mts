import fs from 'fs';
import { decodeRule, encodeRule, decodeSuppression, encodeSuppression, decodeNotificationRule, encodeNotificationRule, decodeWorkflow, encodeWorkflow, decodeLogsView, encodeLogsView } from './packages/wire/src/index.ts';
import { collectUnknownFields } from './packages/wire/src/collect-unknown-fields.ts';
const S='../shared/datadog-api/';
const found: any[]=[];
for (const r of JSON.parse(fs.readFileSync(S+'rule-corpus.json','utf8'))) found.push(['detection-rule', r.rule, 'corpus']);
const seen=new Set<string>();
function visit(v:any, src:string, path:string){ if(typeof v==='string'&&/^[\[{]/.test(v)) { try { visit(JSON.parse(v),src,path); } catch {} return; } if(Array.isArray(v)) return v.forEach(x=>visit(x,src,path)); if(!v||typeof v!=='object') return;
  let kind: string|undefined;
  if (v.type==='suppressions'&&v.attributes?.rule_query) kind='suppression';
  else if (v.type==='notification_rules'&&v.attributes?.targets) kind='notification-rule';
  else if (v.type==='workflows'&&v.attributes?.spec) kind='workflow';
  else if (typeof v.name==='string'&&Array.isArray(v.queries)&&Array.isArray(v.cases)&&v.options) kind='detection-rule';
  if(kind){ const k=JSON.stringify(v); if(!seen.has(k)){seen.add(k); found.push([kind,v,src]);} }
  for(const k in v) visit(v[k],src,path+'.'+k);
}
for (const f of fs.readdirSync(S+'recordings')) visit(JSON.parse(fs.readFileSync(S+'recordings/'+f,'utf8')), 'rec', '');
for (const d of fs.readdirSync(S+'plans')) for (const f of fs.readdirSync(S+'plans/'+d)) visit(JSON.parse(fs.readFileSync(S+'plans/'+d+'/'+f,'utf8')), 'plan', '');
const C='../shared/corpora/dd-integrations-extras/';
for (const d of fs.readdirSync(C)) { const s=C+d+'/assets/security/'; if(fs.existsSync(s)) for(const f of fs.readdirSync(s)) found.push(['detection-rule',JSON.parse(fs.readFileSync(s+f,'utf8')),'extras']);
 const s2=C+d+'/assets/saved_views/'; if(fs.existsSync(s2)) for(const f of fs.readdirSync(s2)) found.push(['saved-view',JSON.parse(fs.readFileSync(s2+f,'utf8')),'extras']); }
const dec:any={'saved-view':[decodeLogsView,encodeLogsView],'detection-rule':[decodeRule,encodeRule],suppression:[decodeSuppression,encodeSuppression],'notification-rule':[decodeNotificationRule,encodeNotificationRule],workflow:[decodeWorkflow,encodeWorkflow]};
const count:any={}; const fields:any={};
for (const [k,p,src] of found){ const key=k+' '+src; count[key]??={n:0,norest:0,withUnknown:0,added:0}; const c=count[key]; c.n++;
  let r; try { r=dec[k][0](p,{id:'x'}); } catch(e){ console.log('THROW',e); continue; }
  const v=r.ok?r.value:r.rest; if(!v){c.norest++;continue;}
  let body; try{ body=dec[k][1](v,{stack:'s'});}catch(e){console.log('ENC',(e as any).message); continue;}
  const u0=collectUnknownFields(k,p,body); const u={fields:Object.fromEntries(Object.entries(u0.fields).filter(([q])=>!q.startsWith("-"))),added:Object.keys(u0.fields).filter(q=>q.startsWith("-"))};
  if(Object.keys(u.fields).length) c.withUnknown++; if(u.added.length) c.added++;
  for(const f of Object.keys(u.fields)) { const q=k+' '+src+' '+f.replace(/\[\d+\]/g,'[]'); (fields[q]??=[]).push(JSON.stringify(u.fields[f]).slice(0,60)); }
  for(const f of u.added) { const q='ADDED '+k+' '+src+' '+f.replace(/\[\d+\]/g,'[]'); (fields[q]??=[]).push(p.name??p.attributes?.name??''); }
}
console.log(count); for(const f of Object.keys(fields).sort()) console.log(fields[f].length,f,fields[f].slice(0,2).join(' | '));
