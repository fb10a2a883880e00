function c(e,o){let t=location.protocol==="https:"?"; Secure":"";document.cookie=`${e}=${o}; Path=/; Max-Age=31536000; SameSite=Lax${t}`}export{c as a};
