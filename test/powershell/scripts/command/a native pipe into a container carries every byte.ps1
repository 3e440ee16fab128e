$sum = sh -c 'head -c 100000 /dev/zero | tr "\000" "\377"' | hcs run --rm -i -- sh -c 'wc -c'
Assert-Equal ([int] "$sum".Trim()) 100000
