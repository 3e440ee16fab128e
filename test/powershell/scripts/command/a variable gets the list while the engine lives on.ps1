$list = hcs list
Assert-Equal (($list | ConvertFrom-Json).ok) $true
Assert-Equal (hcs engine status | ConvertFrom-Json).running $true
