import{a,b}from"./chunk-SRVH6QIE.js";import"./chunk-OPFNB6I6.js";import"./chunk-6RTDDPPY.js";export{a as confirm,b as default};
