function Get-HcsProcess {
    <#
    .SYNOPSIS
    The processes in running containers.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Get-HcsProcess web

    The processes in it; ProcessId is init, the id of an exec, or empty for what these have started.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Get-HcsProcess | Sort-Object MemoryCommitBytes

    All processes of all containers, by memory.
    .OUTPUTS
    HostCompute.Process
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Process')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        foreach ($name in $Id) {
            $answer = Invoke-Hcs -Argument 'top', '--', $name -Target $name -Timeout $Timeout -Caller $PSCmdlet
            if ($null -eq $answer) { continue }
            foreach ($item in $answer.items) {
                $process = ConvertTo-HcsObject -Value $item -TypeName 'Process'
                $process.PSObject.Properties.Add((New-Object -TypeName System.Management.Automation.PSNoteProperty -ArgumentList 'ContainerId', $name))
                $process
            }
        }
    }
}
