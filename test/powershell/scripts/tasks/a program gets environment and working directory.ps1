Assert-Equal (Invoke-HcsContainer -Remove -Environment @{ COLOUR = 'red'; SIZE = 3 } -WorkingDirectory / sh, -c, 'echo $COLOUR $SIZE $PWD') 'red 3 /'
Assert-Equal (hcs run --rm -e COLOUR=red -e SIZE=3 -w / -- sh -c 'echo $COLOUR $SIZE $PWD') 'red 3 /'
Assert-Equal (Invoke-HcsContainer -Remove -Environment @{ COLOUR = 'red' } cmd, /c, 'echo %COLOUR%') 'red'
