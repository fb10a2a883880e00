function o(t,{urgent:n=!1}={}){let e=document.getElementById(n?"live-urgent":"live");e.textContent="",setTimeout(()=>e.textContent=t,50)}export{o as a};
