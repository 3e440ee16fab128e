Assert-Equal (hcs run --rm -- sh -c 'printf "gr\303\266\303\237e \344\276\213"') 'größe 例'
