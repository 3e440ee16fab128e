$id = Start-TestContainer
Stop-HcsContainer $id -WhatIf
Remove-HcsContainer $id -Force -WhatIf
$new = New-TestId
Assert-Equal (New-HcsContainer -Id $new -Command sleep, 1 -WhatIf) $null
Assert-Equal (Invoke-HcsContainer -Id $new -Command sleep, 1 -WhatIf) $null
Assert-Equal (Get-HcsContainer $id).Status 'running'
$null = Assert-Fails { Get-HcsContainer $new } 'notFound'
Remove-TestContainer $id
