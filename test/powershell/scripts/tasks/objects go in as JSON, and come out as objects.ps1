$people = [pscustomobject] @{ name = 'Ärne'; age = 7 }, [pscustomobject] @{ name = 'Bo'; age = 9 }
$back = $people | ConvertTo-Json | Invoke-HcsContainer -Remove cat | ConvertFrom-Json
Assert-Equal ($back.name -join ' ') 'Ärne Bo'
$id = Start-TestContainer
Assert-Equal ($people | ConvertTo-Json | Invoke-HcsCommand $id cat | ConvertFrom-Json).age @(7, 9)
Assert-Equal ($people | ConvertTo-Json | hcs run --rm -i -- cat | ConvertFrom-Json).age @(7, 9)
Assert-Equal ($people | ConvertTo-Json | hcs exec -i $id -- cat | ConvertFrom-Json).name @('Ärne', 'Bo')
Remove-TestContainer $id
