$id = New-TestId
$plan = New-HcsContainer -Id $id -Memory 512MB -Command cmd, /c, ver -DryRun
Assert-Equal $plan.PSObject.TypeNames[0] 'HostCompute.Plan'
$document = $plan.Container.Document | ConvertFrom-Json
Assert-Equal $document.Name $id
Assert-Equal $document.MemoryMaximumInMB 512
Assert-Match $plan.Process.Document 'cmd /c ver'
$null = Assert-Fails { Get-HcsContainer $id } 'notFound'
$null = Assert-Fails { New-HcsContainer -Memory lots -DryRun cmd } 'invalidRequest'
